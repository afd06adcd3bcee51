/// From bytes on a connection to requests.
import NIOCore
import NIOHTTP1

/// Puts the parts of a request together and has it answered. Lives on its connection's event loop.
final class StubHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let site: StubSite
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    private var answering: Task<Void, Never>?

    init(_ site: StubSite) { self.site = site }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = []
        case .body(let part): body.append(contentsOf: part.readableBytesView)
        case .end:
            guard let head else { return }
            answer(head, on: context.channel)
        }
    }

    private func answer(_ head: HTTPRequestHead, on channel: any Channel) {
        let request = StubRequest(
            method: head.method.rawValue, path: String(head.uri.prefix { $0 != "?" }),
            headers: Dictionary(head.headers.map { ($0.name.lowercased(), $0.value) }) { "\($0), \($1)" }, body: body)
        // Here, not in the task: the order of arrival is the order on record.
        let number = site.record(request)
        let response = StubResponse(channel: channel, isKeptAlive: head.isKeepAlive)
        answering = Task { [site] in await site.answer(request, number, response) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        answering?.cancel()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
