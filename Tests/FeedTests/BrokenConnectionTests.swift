/// Connections that break off while there is no room for what they have sent.
import Access
import Foundation
import Testing
import TestSupport
import ZeroMQ

@testable import Feed

@Suite("Connections that break off", .timeLimit(.minutes(5)))
struct BrokenConnectionTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(
        "what has come before the end is taken, also where libzmq would answer some of it; the socket goes on",
        // What prevents it isn't there where the thread sanitizer watches (epoll.c).
        .enabled(if: ProcessInfo.processInfo.environment["TSAN_OPTIONS"] == nil),
        arguments: AccessPoint.allCases)
    func pinging(_ desk: AccessPoint) throws {
        let context = try FeedContext(keys: nil)
        var socket =
            switch desk {
            case .live: try FeedSocket.live(in: context)
            case .replay: try FeedSocket.replay(in: context)
            case .feedback: try FeedSocket.feedback(in: context)
            case .results: try FeedSocket.results(in: context)
            }
        try context.bind(&socket, to: folder.endpoint("desk"), as: desk)
        let kind = desk == .live ? "SUB" : "DEALER"
        // More than there is room for, and a heartbeat: the answer to it can't be sent any more when it is read.
        let words = (0..<200).map { Array("\u{1}\($0)".utf8) }
        let ping = RawPeer.frame([4] + Array("PING".utf8) + [0, 10], flags: 4)
        do {
            let peer = try RawPeer(folder.endpoint("desk"), kind: kind)
            #expect(peer.send(words.flatMap { RawPeer.message([$0]) } + ping))
        }
        // Whoever comes later is let in by the same thread: by then it knows of the end.
        let other = try RawPeer(folder.endpoint("desk"), kind: kind)
        #expect(other.send(RawPeer.message([Array("\u{1}other".utf8)])))
        var poller = Poller()
        _ = poller.add(socket)
        var count = 0
        var frame = Frame()
        while count < words.count + 1 {
            try poller.wait(milliseconds: 60_000)
            while try socket.receive(into: &frame) { count += frame.hasMore ? 0 : 1 }
        }
        let third = try RawPeer(folder.endpoint("desk"), kind: kind)
        #expect(third.send(RawPeer.message([Array("\u{1}third".utf8)])))
        try poller.wait(milliseconds: 60_000)
        #expect(try socket.receive(into: &frame))
    }
}
