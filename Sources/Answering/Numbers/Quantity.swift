/// How much a number says.

/// A decimal number of any size, exactly: its significant digits, and the power of ten of the last of them.
struct Quantity: Hashable, Sendable {
    private let digits: [UInt8]
    private let exponent: Int

    /// - Parameters:
    ///   - whole: digits in ASCII.
    ///   - fraction: those behind the decimal point.
    ///   - power: of ten, by which all of it is multiplied.
    init(_ whole: some Collection<UInt8>, fraction: some Collection<UInt8> = [], power: Int = 0) {
        let zero = UInt8(ascii: "0")
        let significant = (Array(whole) + Array(fraction)).drop { $0 == zero }
        guard let last = significant.lastIndex(where: { $0 != zero }) else {
            (digits, exponent) = ([], 0)
            return
        }
        digits = Array(significant[...last])
        exponent = power - fraction.count + significant.endIndex - 1 - last
    }

    init(_ value: Int, power: Int = 0) { self.init(String(value.magnitude).utf8, power: power) }

    /// The same, times a power of ten.
    func times(power: Int) -> Quantity { Quantity(digits, power: exponent + power) }

    /// As a whole number of up to six digits; nil where it is another.
    var whole: Int? {
        guard 0...6 ~= exponent, digits.count + exponent <= 6 else { return nil }
        return Int(String(decoding: digits, as: UTF8.self) + String(repeating: "0", count: exponent)) ?? 0
    }
}
