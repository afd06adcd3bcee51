/// The page itself.
import HTTPTypes
import Hummingbird
import NIOCore

/// The files of the page, which are part of the program: it needs no folder, and nobody can put others in their place.
enum Assets {
    private static let files: [String: (type: String, content: [UInt8])] = [
        "/": ("text/html", PackageResources.index_html),
        "/app.js": ("text/javascript", PackageResources.app_js),
        "/act.js": ("text/javascript", PackageResources.act_js),
        "/conversation.js": ("text/javascript", PackageResources.conversation_js),
        "/dom.js": ("text/javascript", PackageResources.dom_js),
        "/entries.js": ("text/javascript", PackageResources.entries_js),
        "/feed.js": ("text/javascript", PackageResources.feed_js),
        "/keys.js": ("text/javascript", PackageResources.keys_js),
        "/sessions.js": ("text/javascript", PackageResources.sessions_js),
        "/store.js": ("text/javascript", PackageResources.store_js),
        "/strip.js": ("text/javascript", PackageResources.strip_js),
        "/windows.js": ("text/javascript", PackageResources.windows_js),
        "/style.css": ("text/css", PackageResources.style_css),
        "/icon.svg": ("image/svg+xml", PackageResources.icon_svg),
    ]

    static var size: Int { files.values.reduce(0) { $0 + $1.content.count } }

    static func response(to path: String) -> Response? {
        files[path].map { file in
            Response(
                status: .ok, headers: [.contentType: "\(file.type); charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: file.content)))
        }
    }
}
