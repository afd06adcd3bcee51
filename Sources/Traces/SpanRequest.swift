/// Spans on their way to a collector.
import Common
import Foundation

/// A request of OTLP/HTTP in JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding): ids are hexadecimal, and whole
/// numbers of 64 bits are texts.
struct SpanRequest: Encodable {
    private let resourceSpans: [ResourceSpans]

    init(_ spans: [Span], program: String) {
        let resource = Resource(attributes: [
            Attribute("service.name", .text(program)), Attribute("service.version", .text(Version.current)),
            Attribute("process.pid", .count(Int(getpid()))),
        ])
        let scope = Scope(name: "streamllm", version: Version.current)
        let written = spans.map(WrittenSpan.init)
        resourceSpans = [ResourceSpans(resource: resource, scopeSpans: [ScopeSpans(scope: scope, spans: written)])]
    }

    private struct ResourceSpans: Encodable {
        let resource: Resource
        let scopeSpans: [ScopeSpans]
    }

    private struct Resource: Encodable { let attributes: [Attribute] }

    private struct Scope: Encodable {
        let name: String
        let version: String
    }

    private struct ScopeSpans: Encodable {
        let scope: Scope
        let spans: [WrittenSpan]
    }

    private struct Status: Encodable {
        /// STATUS_CODE_ERROR, or STATUS_CODE_UNSET.
        let code: Int
    }

    private struct WrittenSpan: Encodable {
        let traceId: String
        let spanId: String
        let parentSpanId: String?
        let name: String
        let kind: Int
        let startTimeUnixNano: String
        let endTimeUnixNano: String
        let attributes: [Attribute]
        let status: Status

        init(_ span: Span) {
            traceId = span.trace.high.hexadecimal + span.trace.low.hexadecimal
            spanId = span.id.hexadecimal
            parentSpanId = span.parent?.hexadecimal
            (name, kind) = (span.name, span.kind.rawValue)
            (startTimeUnixNano, endTimeUnixNano) = (String(span.start), String(span.end))
            attributes = span.attributes.compactMap { name, value in value.map { Attribute(name, $0) } }
            status = Status(code: span.isFailed ? 2 : 0)
        }
    }

    private struct Attribute: Encodable {
        private struct Value: Encodable {
            var stringValue: String?
            var intValue: String?
        }

        private let key: String
        private let value: Value

        init(_ key: String, _ value: Span.Value) {
            self.key = key
            self.value =
                switch value {
                case .text(let text): Value(stringValue: text)
                case .count(let count): Value(intValue: String(count))
                }
        }
    }
}

/// What a collector says to a request: how many spans it doesn't want.
struct SpanResponse: Decodable {
    private struct PartialSuccess: Decodable {
        let rejected: Int

        enum CodingKeys: String, CodingKey { case rejectedSpans }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            // A number of 64 bits is a text, and some write it as a number all the same.
            let text = try? fields.decodeIfPresent(String.self, forKey: .rejectedSpans)
            rejected =
                text.flatMap { $0 }.flatMap(Int.init) ?? (try? fields.decode(Int.self, forKey: .rejectedSpans)) ?? 0
        }
    }

    private let partialSuccess: PartialSuccess?

    var rejected: Int { max(0, partialSuccess?.rejected ?? 0) }
}

extension UInt64 {
    fileprivate var hexadecimal: String {
        let digits = String(self, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
