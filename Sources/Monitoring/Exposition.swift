/// Samples as text.

/// Prometheus's text format, version 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/).
enum Exposition {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private struct Series: Hashable {
        let name: String
        let labels: [Sample.Label]
    }

    /// A metric's samples come together, as the format wants it, in the order of the first of each.
    static func text(_ samples: [Sample]) -> String {
        var order: [Metric] = []
        var families: [Metric: [Sample]] = [:]
        var seen: Set<Series> = []
        for sample in samples {
            // A second one of the same labels would have the whole page refused.
            guard seen.insert(Series(name: sample.metric.name, labels: sample.labels)).inserted else { continue }
            if families[sample.metric] == nil { order.append(sample.metric) }
            families[sample.metric, default: []].append(sample)
        }
        var text = ""
        for metric in order {
            if !metric.help.isEmpty { text += "# HELP \(metric.name) \(escaped(metric.help, quote: false))\n" }
            text += "# TYPE \(metric.name) \(metric.kind.rawValue)\n"
            for sample in families[metric] ?? [] { write(sample, to: &text) }
        }
        return text
    }

    private static func write(_ sample: Sample, to text: inout String) {
        let name = sample.metric.name
        switch sample.value {
        case .number(let value): line(name, sample.labels, value, to: &text)
        case .histogram(let histogram):
            var count: UInt64 = 0
            for (bound, more) in zip(histogram.bounds + [.infinity], histogram.counts) {
                count += more
                line(
                    name + "_bucket", sample.labels + [Sample.Label(name: "le", value: number(bound))], Double(count),
                    to: &text)
            }
            line(name + "_sum", sample.labels, histogram.sum, to: &text)
            line(name + "_count", sample.labels, Double(count), to: &text)
        }
    }

    private static func line(_ name: String, _ labels: [Sample.Label], _ value: Double, to text: inout String) {
        text += name
        if !labels.isEmpty {
            text += "{" + labels.map { "\($0.name)=\"\(escaped($0.value, quote: true))\"" }.joined(separator: ",") + "}"
        }
        text += " \(number(value))\n"
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return Int64(exactly: value).map { "\($0)" } ?? "\(value)"
    }

    private static func escaped(_ text: String, quote: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quote: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
