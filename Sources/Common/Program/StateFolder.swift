/// Where programs keep what has to outlive them.
import Foundation

public enum StateFolder {
    /// `$XDG_STATE_HOME/streamllm`, else `~/.local/state/streamllm` (XDG Base Directory Specification).
    public static var standard: String {
        let environment = ProcessInfo.processInfo.environment
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return state + "/streamllm" }
        return NSHomeDirectory() + "/.local/state/streamllm"
    }
}
