/// Keeping a program running.
import Foundation
import TestSupport

/// Starts a program again whenever it has died, as systemd does.
actor Keeper {
    private let start: @Sendable (_ life: Int) async throws -> RunningProgram
    private let deaths: @Sendable (Int32) -> Bool
    /// The life that is running, or was the last.
    private(set) var program: RunningProgram?
    /// Deaths by `kill -9`.
    private(set) var kills = 0
    private(set) var lives = 0
    private var isStopping = false
    /// Set when the program is to end: what it says when it can hear that.
    private var endingSign: String?
    /// The life that is running has been asked to end.
    private var hasBeenAsked = false
    /// What the lives before the last one said on standard error.
    private(set) var said = ""

    /// - Parameters:
    ///   - isDeath: whether an exit code calls for another life.
    ///   - start: begins a life; they are counted from 0.
    init(
        isDeath: @escaping @Sendable (Int32) -> Bool = { $0 == -SIGKILL },
        start: @escaping @Sendable (_ life: Int) async throws -> RunningProgram
    ) {
        self.start = start
        deaths = isDeath
    }

    /// Keeps the program running until it ends by itself.
    ///
    /// - Returns: its exit code then.
    func run() async throws -> Int32 {
        while true {
            let program = try await start(lives)
            self.program = program
            lives += 1
            if isStopping { program.signal(SIGKILL) }
            if let endingSign { await ask(program, endingSign) }
            let code = await program.exit()
            if code == -SIGKILL { kills += 1 }
            if isStopping || hasBeenAsked || !deaths(code) { return code }
            said += program.errorText
        }
    }

    func signal(_ number: Int32) { program?.signal(number) }

    /// Asks the program to end, as soon as it can hear that.
    ///
    /// - Parameter sign: what it says on standard error when it can.
    func end(sign: String) async {
        endingSign = sign
        if let program { await ask(program, sign) }
    }

    /// A life that dies before it can hear is followed by another, which is asked in its turn.
    private func ask(_ program: RunningProgram, _ sign: String) async {
        guard (try? await program.wait(.error, for: sign)) != nil, program === self.program else { return }
        hasBeenAsked = program.isRunning
        program.signal(SIGTERM)
    }

    /// Kills the program for good.
    func stop() {
        isStopping = true
        program?.signal(SIGKILL)
    }
}
