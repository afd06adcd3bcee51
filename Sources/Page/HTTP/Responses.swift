/// Answers, and what each of them says to the browser.
import HTTPTypes
import Hummingbird
import NIOCore

/// What a page may do: run the scripts and show the styles that come from here, and talk to here. Nothing that stands in a chat is
/// any of that. Nor may a script make elements out of text (Trusted Types), where the browser knows how to forbid it.
enum PagePolicy {
    static let content = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "img-src 'self'",
        "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ].joined(separator: "; ")

    static func apply(to headers: inout HTTPFields) {
        for (name, value) in [
            ("Content-Security-Policy", content), ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"), ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Cross-Origin-Resource-Policy", "same-origin"), ("X-Frame-Options", "DENY"),
            ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
        ] {
            // Each of these names is one.
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
    }
}

extension Response {
    static func text(
        _ status: HTTPResponse.Status, _ text: String, type: String = "text/plain; charset=utf-8"
    ) -> Response {
        Response(
            status: status, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    static func lines(_ lines: ByteBuffer) -> Response {
        Response(
            status: .ok, headers: [.contentType: "text/plain; charset=utf-8"], body: ResponseBody(byteBuffer: lines))
    }

    /// Sends a browser here once more.
    static let bounce = text(
        .ok,
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta http-equiv=\"refresh\" content=\"0;url=/\"><title>streamllm</title></html>\n",
        type: "text/html; charset=utf-8")

    /// What is wrong, for a person: a page where a browser wants to show one.
    static func refusal(_ status: Int, _ reason: String, asPage: Bool) -> Response {
        let status = HTTPResponse.Status(code: status)
        guard asPage else { return .text(status, reason + "\n") }
        // The reason is one of this program's own.
        return .text(
            status,
            """
            <!doctype html><html lang="en"><meta charset="utf-8"><title>streamllm</title>
            <h1>\(status.code) \(status.reasonPhrase)</h1><p>Not shown: \(reason).</p></html>

            """, type: "text/html; charset=utf-8")
    }
}
