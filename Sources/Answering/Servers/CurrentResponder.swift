/// Whoever is asked at the moment.
import Records
import Synchronization

/// Passes questions on to a responder that may be another one for the next. What is under way stays where it is.
public final class CurrentResponder: Responder {
    private let current: Mutex<any Responder>

    public init(_ first: any Responder) { current = Mutex(first) }

    /// From now on somebody else is asked.
    public func become(_ next: any Responder) async {
        current.withLock { $0 = next }
        await next.start()
    }

    public func start() async { await now.start() }

    public func answer(_ question: Question, onPiece: @escaping PieceHandler) async -> Answer {
        await now.answer(question, onPiece: onPiece)
    }

    public func servers() async -> [WorkspaceStatus.Server] { await now.servers() }

    private var now: any Responder { current.withLock { $0 } }
}
