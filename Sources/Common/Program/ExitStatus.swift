/// How a program ends, by the numbers of sysexits(3).

/// An error that ends a program, with the exit code that goes with it.
public struct ExitStatus: Error, Hashable, Sendable, CustomStringConvertible {
    public var code: Int32
    /// For the person who started the program: what was being done, to what, what happened, what to do.
    public var description: String

    private init(_ code: Int32, _ description: String) {
        self.code = code
        self.description = description
    }

    /// 64: the options don't fit.
    public static func usage(_ text: String) -> ExitStatus { ExitStatus(64, text) }
    /// 65: what came in isn't what it should be.
    public static func data(_ text: String) -> ExitStatus { ExitStatus(65, text) }
    /// 66: the input isn't there or can't be read.
    public static func noInput(_ text: String) -> ExitStatus { ExitStatus(66, text) }
    /// 69: something this program needs is taken or missing, an endpoint for example.
    public static func unavailable(_ text: String) -> ExitStatus { ExitStatus(69, text) }
    /// 70: a fault of the program's own.
    public static func software(_ text: String) -> ExitStatus { ExitStatus(70, text) }
    /// 73: a file can't be made.
    public static func cannotCreate(_ text: String) -> ExitStatus { ExitStatus(73, text) }
    /// 74: reading or writing failed on the way.
    public static func inputOutput(_ text: String) -> ExitStatus { ExitStatus(74, text) }
}
