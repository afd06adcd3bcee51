/// What one step took.

/// A span as OpenTelemetry has it (https://opentelemetry.io/docs/specs/otel/trace/api/#span): a step of a trace, with its times.
package struct Span: Sendable {
    package enum Kind: Int, Sendable {
        /// A step of this program itself.
        case own = 1
        /// A question to another program.
        case client = 3
    }

    package enum Value: Hashable, Sendable {
        case text(String)
        case count(Int)
    }

    /// 128 bits that all spans of a trace share; not all of them 0.
    package struct TraceID: Hashable, Sendable {
        package let high: UInt64
        package let low: UInt64

        package init(high: UInt64, low: UInt64) {
            (self.high, self.low) = (high, low == 0 && high == 0 ? 1 : low)
        }
    }

    package let trace: TraceID
    /// Not 0.
    package let id: UInt64
    /// The span that this one is a step of; nil: the whole.
    package let parent: UInt64?
    package let name: String
    package let kind: Kind
    /// In nanoseconds since 1970.
    package let start: UInt64
    package let end: UInt64
    package let attributes: KeyValuePairs<String, Value?>
    /// It failed.
    package let isFailed: Bool

    package init(
        _ name: String, kind: Kind = .own, of trace: TraceID, id: UInt64, parent: UInt64?, from start: UInt64,
        to end: UInt64, _ attributes: KeyValuePairs<String, Value?> = [:], isFailed: Bool = false
    ) {
        (self.trace, self.id, self.parent) = (trace, id == 0 ? 1 : id, parent)
        (self.name, self.kind) = (name, kind)
        (self.start, self.end) = (start, max(start, end))
        (self.attributes, self.isFailed) = (attributes, isFailed)
    }
}
