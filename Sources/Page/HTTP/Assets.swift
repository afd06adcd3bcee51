/// The page itself.
import HTTPTypes
import Hummingbird
import NIOCore

/// The files of the page, which are part of the program: it needs no folder, and nobody can put others in their place.
enum Assets {
    private static let sources: [(path: String, type: String, source: [UInt8])] = [
        ("/", "text/html", PackageResources.index_html),
        ("/app.js", "text/javascript", PackageResources.app_js),
        ("/act.js", "text/javascript", PackageResources.act_js),
        ("/cards.js", "text/javascript", PackageResources.cards_js),
        ("/conversation.js", "text/javascript", PackageResources.conversation_js),
        ("/dom.js", "text/javascript", PackageResources.dom_js),
        ("/entries.js", "text/javascript", PackageResources.entries_js),
        ("/feed.js", "text/javascript", PackageResources.feed_js),
        ("/keys.js", "text/javascript", PackageResources.keys_js),
        ("/save.js", "text/javascript", PackageResources.save_js),
        ("/sessions.js", "text/javascript", PackageResources.sessions_js),
        ("/store.js", "text/javascript", PackageResources.store_js),
        ("/strip.js", "text/javascript", PackageResources.strip_js),
        ("/windows.js", "text/javascript", PackageResources.windows_js),
        ("/style.css", "text/css", PackageResources.style_css),
        ("/icon.svg", "image/svg+xml", PackageResources.icon_svg),
    ]

    static let files = Dictionary(
        uniqueKeysWithValues: sources.map { ($0.path, (type: $0.type, content: lean($0.source))) })

    /// Without indentation, empty lines, and lines that are only a comment: nobody reads them there.
    static func lean(_ source: [UInt8]) -> [UInt8] {
        var lean: [UInt8] = []
        for line in source.split(separator: UInt8(ascii: "\n")) {
            let words = line.drop { $0 == UInt8(ascii: " ") }
            if words.isEmpty || words.starts(with: "//".utf8) { continue }
            lean += words
            lean.append(UInt8(ascii: "\n"))
        }
        return lean
    }

    static func response(to path: String) -> Response? {
        files[path].map { file in
            Response(
                status: .ok, headers: [.contentType: "\(file.type); charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: file.content)))
        }
    }
}
