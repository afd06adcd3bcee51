/// Traces on their way out.
import AsyncHTTPClient
import Common
import Foundation
import Logging
import Metrics
import NIOCore
import ServiceLifecycle
import Synchronization
import Threads

/// Sends spans to a collector. Whoever makes them is never waited for: while the collector is away some are kept, and those beyond
/// that are dropped and counted.
package struct TraceExporter: Service {
    /// By the label that is used here.
    package static let spans = "streamllm.trace.spans"

    /// So many traces wait.
    package static let most = 1024
    /// So many spans go in one request at most, or one trace's.
    private static let spansAtOnce = 512
    private static let timeout = Duration.seconds(10)
    /// What is left when the program ends has so long.
    private static let farewell = Duration.seconds(2)
    private static let pauses = (first: Duration.seconds(1), longest: Duration.seconds(30))
    /// Of what the collector says, in bytes.
    private static let largestResponse = 64 << 10

    private let destination: TraceDestination
    private let program: String
    private let waiting: BoundedQueue<[Span]>
    private let factory: any MetricsFactory
    private let logger: Logger

    /// - Parameters:
    ///   - program: whose spans they are.
    ///   - factory: what is counted goes there.
    package init(
        _ destination: TraceDestination, program: String, metrics factory: any MetricsFactory, logger: Logger
    ) throws {
        self.destination = destination
        self.program = program
        self.factory = factory
        self.logger = logger
        waiting = BoundedQueue(limit: Self.most, wakeup: try Wakeup())
    }

    /// Takes a trace, which is sent soon.
    package func submit(_ spans: [Span]) {
        guard !waiting.isFull, !waiting.isClosed else { return count(spans.count, "dropped") }
        waiting.push(spans, weight: 1)
    }

    package func run() async throws {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.connectionPool.retryConnectionEstablishment = false
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        logger.info("Sending traces to \(destination.shown)")
        await withGracefulShutdownHandler {
            var state = State()
            while let traces = await waiting.next() {
                var rest = traces[...]
                while let first = rest.popFirst() {
                    var spans = first
                    while let next = rest.first, spans.count + next.count <= Self.spansAtOnce {
                        spans += next
                        rest.removeFirst()
                    }
                    await deliver(spans, by: http, &state)
                }
            }
        } onGracefulShutdown: {
            waiting.close()
        }
        try? await http.shutdown()
    }

    private struct State {
        /// It has been said that the collector takes nothing.
        var isAway = false
        /// When the program's end doesn't wait any longer.
        var end: ContinuousClock.Instant?
    }

    /// Sends spans, again and again while the collector is away.
    private func deliver(_ spans: [Span], by http: HTTPClient, _ state: inout State) async {
        var pause = Self.pauses.first
        while true {
            let isLast = Task.isShuttingDownGracefully
            if isLast, state.end == nil { state.end = .now + Self.farewell }
            let left = state.end.map { $0 - .now } ?? Self.timeout
            guard left > .zero else { return count(spans.count, "dropped") }
            // What is under way when the program ends isn't waited for: it is sent once more, and is the same trace then.
            let outcome =
                isLast
                ? await send(spans, by: http, within: left)
                : await cancelWhenGracefulShutdown { await send(spans, by: http, within: left) }
            switch outcome {
            case .away where Task.isShuttingDownGracefully && !isLast: continue
            case .sent(let rejected):
                if state.isAway { logger.info("Traces are sent again to \(destination.shown)") }
                state.isAway = false
                count(spans.count - rejected, "sent")
                if rejected > 0 { count(rejected, "rejected") }
                return
            case .refused(let words):
                if !state.isAway { logger.warning("\(destination.shown) doesn't take traces: \(words)") }
                state.isAway = true
                return count(spans.count, "rejected")
            case .away(let words):
                if !state.isAway {
                    logger.warning(
                        "Traces can't be sent to \(destination.shown): \(words). \(Self.most) of them are kept meanwhile"
                    )
                }
                state.isAway = true
                if isLast { return count(spans.count, "dropped") }
            }
            try? await cancelWhenGracefulShutdown { [pause] in try await Task.sleep(for: pause) }
            pause = min(pause * 2, Self.pauses.longest)
        }
    }

    private enum Outcome {
        case sent(rejected: Int)
        /// The same request would be refused again.
        case refused(String)
        /// It may be taken later.
        case away(String)
    }

    private func send(_ spans: [Span], by http: HTTPClient, within time: Duration) async -> Outcome {
        guard let body = try? JSONEncoder().encode(SpanRequest(spans, program: program)) else {
            return .refused("spans that can't be written")
        }
        var request = HTTPClientRequest(url: destination.url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "User-Agent", value: "\(program)/\(Version.current)")
        for header in destination.headers { request.headers.replaceOrAdd(name: header.name, value: header.value) }
        request.body = .bytes(ByteBuffer(bytes: body))
        do {
            let response = try await http.execute(request, timeout: .milliseconds(Int64(time.milliseconds)))
            switch response.status.code {
            case 200..<300:
                return .sent(rejected: min(await rejected(response, within: time), spans.count))
            // https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes
            case 429, 502, 503, 504: return .away("it says \(response.status.code)")
            case let code: return .refused("it says \(code)")
            }
        } catch {
            return .away("it can't be reached")
        }
    }

    /// How many spans a collector says it doesn't want. It may take long to say it.
    private func rejected(_ response: HTTPClientResponse, within time: Duration) async -> Int {
        await withTaskGroup(of: Int.self) { group in
            group.addTask {
                guard let said = try? await response.body.collect(upTo: Self.largestResponse) else { return 0 }
                return (try? JSONDecoder().decode(SpanResponse.self, from: Data(said.readableBytesView)))?.rejected ?? 0
            }
            group.addTask {
                try? await Task.sleep(for: time)
                return 0
            }
            defer { group.cancelAll() }
            return await group.next() ?? 0
        }
    }

    private func count(_ spans: Int, _ outcome: String) {
        Counter(label: Self.spans, dimensions: [("outcome", outcome)], factory: factory).increment(by: spans)
    }
}
