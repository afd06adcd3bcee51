/// An answer's pieces on their way out.
import Answering
import Outbox
import Storage
import Streaming

/// Numbers the pieces of one answer, and keeps them back as long as it isn't certain that the answer is wanted.
actor Pieces {
    private let entryID: String
    private let sessionID: String
    private let session: SessionKey
    private let workspace: Workspace
    private let queue: AnswerQueue
    private var index = 0
    private var hasBegun = false
    /// What has come and isn't out; nil: everything goes out as it comes. An answer is at most 1 MiB.
    private var held: String?

    init(of window: PendingWindow, to workspace: Workspace, _ queue: AnswerQueue, areHeld: Bool = false) {
        entryID = window.entry(response: .none).id
        sessionID = window.result.sessionID
        session = window.session
        self.workspace = workspace
        self.queue = queue
        held = areHeld ? "" : nil
    }

    func publish(_ piece: AnswerPiece) async {
        switch piece {
        case .token(let token):
            if let text = held { held = text + token } else { await send(token) }
        // The next piece has index 0 again.
        case .startOver:
            if held != nil { held = "" }
            index = 0
        }
    }

    /// The answer is wanted: what has come goes out as one piece, and the rest as it comes.
    func release() async {
        // While it goes out more may come, and has to stay behind it.
        while let text = held, !text.isEmpty {
            held = ""
            await send(text)
        }
        held = nil
    }

    private func send(_ token: String) async {
        if !hasBegun {
            // The queue may have cut the answer off in the meantime; otherwise it won't from now on.
            guard await queue.began(session) else { return }
            hasBegun = true
        }
        FaultPoint.duringAnswer.reached()
        defer { index += 1 }
        await workspace.publish(token: token, index: index, of: entryID, sessionID: sessionID)
    }
}
