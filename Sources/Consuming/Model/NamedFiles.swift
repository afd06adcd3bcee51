/// What stands in files that settings name.
import Answering
import Common
import Foundation

/// The words around a conversation.
package enum PromptFile {
    /// - Throws: ``ExitStatus`` 66 when the file can't be read, 65 when it isn't a prompt.
    package static func read(_ path: String, for form: PromptForm) throws(ExitStatus) -> PromptTemplate {
        guard let text = try? SmallFile.text(of: path, limit: 1 << 20) else {
            throw ExitStatus.noInput("Prompt file can't be read: \(path) (it must be there, UTF-8, and 1 MiB at most).")
        }
        do {
            return try PromptTemplate(text, for: form)
        } catch {
            throw ExitStatus.data("Prompt file \(path): \(error).")
        }
    }
}

/// A key of a model's server.
package enum ServerKeyFile {
    /// Nil where it can't be read, or has more in it than a key.
    package static func text(of path: String) -> String? { try? SmallFile.text(of: path, limit: 64 << 10) }
}

extension ModelOptions {
    /// - Throws: ``ExitStatus`` where nobody could be asked with them.
    package func check() throws(ExitStatus) {
        if let certificateFile, !FileManager.default.isReadableFile(atPath: certificateFile) {
            throw ExitStatus.noInput("SSL_CERT_FILE can't be read: \(certificateFile).")
        }
        guard promptBudget >= 1000 else {
            throw ExitStatus.usage(
                "--num-ctx (\(contextTokens)) leaves no room for a conversation beside --num-predict (\(answerTokens)), system prompt and prompt file."
            )
        }
    }
}
