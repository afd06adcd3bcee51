/// One connection to the monitor.
import NIOCore
import NIOHTTP1
import Synchronization

/// Answers requests, one after the other. The next one isn't looked at before the answer has gone: whoever doesn't read is sent no more.
final class MonitorHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let page: MonitorPage
    private let room: MonitorRoom
    private var hasRoom = false
    private var head: HTTPRequestHead?

    /// - Parameter room: how many connections there may be.
    init(_ page: MonitorPage, room: MonitorRoom) {
        self.page = page
        self.room = room
    }

    func channelActive(context: ChannelHandlerContext) {
        hasRoom = room.enter()
        if hasRoom { context.fireChannelActive() } else { context.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if hasRoom { room.leave() }
        hasRoom = false
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let request): head = request
        // Nothing that is asked has a body; one that comes is passed over.
        case .body: break
        case .end:
            guard let request = head else { return }
            head = nil
            let (page, path) = (page, MonitorPage.path(of: request.uri))
            let host = request.headers["host"]
            let context = NIOLoopBound(context, eventLoop: context.eventLoop)
            let answer = context.value.eventLoop.makeFutureWithTask {
                await page.reply(to: request.method.rawValue, path, hosts: host)
            }
            answer.whenSuccess { reply in Self.write(reply, to: request, context.value) }
        }
    }

    private static func write(
        _ reply: MonitorPage.Reply, to request: HTTPRequestHead, _ context: ChannelHandlerContext
    ) {
        let headers: HTTPHeaders = [
            "content-type": reply.type, "content-length": "\(reply.body.utf8.count)", "cache-control": "no-store",
            "x-content-type-options": "nosniff",
        ]
        let head = HTTPResponseHead(
            version: request.version, status: HTTPResponseStatus(statusCode: reply.status), headers: headers)
        func part(_ part: HTTPServerResponsePart) -> NIOAny { NIOAny(part) }
        context.write(part(.head(head)), promise: nil)
        let body = request.method == .HEAD ? ByteBuffer() : ByteBuffer(string: reply.body)
        let isLast = !request.isKeepAlive
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(part(.body(.byteBuffer(body)))).whenComplete { _ in
            // With this the next request is looked at.
            bound.value.writeAndFlush(NIOAny(HTTPServerResponsePart.end(nil)), promise: nil)
            if isLast { bound.value.close(promise: nil) }
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // Nothing was asked, or nothing taken, for too long.
        if event is IdleStateHandler.IdleStateEvent { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // What is wrong with one connection is its own affair.
        context.close(promise: nil)
    }
}

/// How many connections there are at a time. Safe to use from anywhere.
final class MonitorRoom: Sendable {
    private let most: Int
    private let count = Mutex(0)

    init(most: Int) { self.most = most }

    func enter() -> Bool {
        count.withLock { count in
            guard count < most else { return false }
            count += 1
            return true
        }
    }

    func leave() { count.withLock { $0 -= 1 } }
}
