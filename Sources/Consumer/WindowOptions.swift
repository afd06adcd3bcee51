/// The options that say how conversations are cut.
import ArgumentParser
import Common
import Streaming

/// Windows, lateness and triggers on the command line. All times are seconds of event time, but for the idle timeout.
struct WindowOptions: ParsableArguments {
    @Option(help: "How windows are cut: tumbling, sliding or session.")
    var window = WindowKind.tumbling

    @Option(help: "Size of a tumbling or sliding window, in seconds of event time.")
    var windowSize = 30.0

    @Option(help: "Seconds from the beginning of one sliding window to the next; at most the size.")
    var windowSlide = 10.0

    @Option(help: "A session window ends after so many seconds without a message.")
    var sessionGap = 30.0

    @Option(help: "A session window ends after so many seconds at the latest (default: no limit).")
    var sessionMax: Double?

    @Option(help: "How many seconds of event time a message may be behind a later one and still be on time.")
    var maxOutOfOrderness = 0.0

    @Option(help: "How many seconds after its end a window is kept, to come out again with what arrives late.")
    var allowedLateness = 0.0

    @Option(help: "A message more than so many seconds ahead of its stream counts only if the next one confirms it.")
    var maxAdvance = 3600.0

    @Option(help: "Seconds of real time without a sign of a publisher after which its open windows are closed.")
    var idleTimeout = 30.0

    @Option(help: "When answers are wanted: window (at its close) or turn (also when the customer waits for one).")
    var trigger = AnswerTime.window

    @Option(help: "With --trigger turn: seconds of silence after which the customer waits for an answer.")
    var turnSilence = 2.0

    func validate() throws {
        for (name, value) in [
            ("--window-size", windowSize), ("--window-slide", windowSlide), ("--session-gap", sessionGap),
            ("--session-max", sessionMax ?? 1), ("--max-advance", maxAdvance), ("--idle-timeout", idleTimeout),
            ("--turn-silence", turnSilence),
        ] { try OptionRange.checkSeconds(name, value, from: 0.001) }
        try OptionRange.checkSeconds("--max-out-of-orderness", maxOutOfOrderness)
        try OptionRange.checkSeconds("--allowed-lateness", allowedLateness)
        if window == .sliding {
            guard windowSlide <= windowSize else {
                throw ValidationError(
                    "--window-slide (\(windowSlide)) must not be over --window-size (\(windowSize)): messages between two windows would be in none"
                )
            }
            // Each window that a message is in holds a copy of it.
            guard windowSize / windowSlide <= 1000 else {
                throw ValidationError("--window-size must be at most 1000 times --window-slide")
            }
        }
    }

    var policy: WindowPolicy {
        WindowPolicy(
            .init(
                window, size: windowSize.asMilliseconds, slide: windowSlide.asMilliseconds,
                gap: sessionGap.asMilliseconds, longest: sessionMax?.asMilliseconds),
            maxOutOfOrderness: maxOutOfOrderness.asMilliseconds,
            allowedLateness: allowedLateness.asMilliseconds, maxAdvance: maxAdvance.asMilliseconds,
            turnSilence: trigger == .turn ? turnSilence.asMilliseconds : nil)
    }
}

extension Double {
    fileprivate var asMilliseconds: Int64 { Int64((self * 1000).rounded()) }
}

extension WindowKind: Choice {}

/// When answers are wanted.
enum AnswerTime: String, Choice {
    case window, turn
}
