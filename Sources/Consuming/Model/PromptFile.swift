/// The words around a conversation, from a file.
import Answering
import Common
import Foundation

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
