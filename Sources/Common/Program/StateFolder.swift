/// Where programs keep what has to outlive them.
import Foundation

public enum StateFolder {
    /// `$XDG_STATE_HOME/streamllm`, else `~/.local/state/streamllm` (XDG Base Directory Specification).
    public static var standard: String {
        let environment = ProcessInfo.processInfo.environment
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return state + "/streamllm" }
        let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? NSHomeDirectory()
        return home + "/.local/state/streamllm"
    }
}
