/// What stands in files that settings name.
import Answering
import Common
import Foundation

/// The words around a conversation.
package enum PromptFile {
    /// - Throws: ``ExitStatus`` 66 when the file can't be read, 65 when it isn't a prompt.
    package static func read(_ path: String, for form: PromptForm) throws(ExitStatus) -> PromptTemplate {
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw ExitStatus.noInput("Prompt file can't be read: \(path) (it must be there, and UTF-8).")
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
    /// The beginning of it, since a key isn't long; nil where it can't be read.
    package static func text(of path: String) -> String? {
        guard let file = FileHandle(forReadingAtPath: path), let data = try? file.read(upToCount: 64 << 10) else {
            return nil
        }
        return String(decoding: data, as: UTF8.self)
    }
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
