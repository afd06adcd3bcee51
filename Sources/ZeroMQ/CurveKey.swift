/// Keys of CURVE, by which two ends of a connection know each other, and by which nobody else reads what goes over it.
import CZMQ

/// A public or a secret key: 32 bytes (CurveZMQ, RFC 26 of ZeroMQ), written as 40 characters of Z85 (RFC 32).
public struct CurveKey: Hashable, Sendable {
    public static let size = 32
    /// Characters of a key as text.
    static let textSize = 40

    public let bytes: [UInt8]

    /// nil for what hasn't 32 bytes.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.size else { return nil }
        self.bytes = bytes
    }

    /// nil for what isn't a key's text.
    public init?(z85 text: String) {
        guard text.utf8.count == Self.textSize, !text.utf8.contains(0) else { return nil }
        var bytes = [UInt8](repeating: 0, count: Self.size)
        guard unsafe zmq_z85_decode(&bytes, text) != nil else { return nil }
        self.bytes = bytes
    }

    /// The key as text.
    public var z85: String {
        var text = [CChar](repeating: 0, count: Self.textSize + 1)
        _ = unsafe zmq_z85_encode(&text, bytes, bytes.count)
        return String(decoding: text.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// A public key and the secret one that belongs to it.
public struct CurveKeyPair: Sendable {
    public let publicKey: CurveKey
    public let secretKey: CurveKey

    public init(publicKey: CurveKey, secretKey: CurveKey) {
        self.publicKey = publicKey
        self.secretKey = secretKey
    }

    /// A fresh pair.
    ///
    /// - Throws: ``ZMQError`` where libzmq was built without CURVE.
    public static func make() throws(ZMQError) -> CurveKeyPair {
        var (publicText, secretText) = (
            [CChar](repeating: 0, count: CurveKey.textSize + 1), [CChar](repeating: 0, count: CurveKey.textSize + 1)
        )
        func key(_ text: [CChar]) -> CurveKey? {
            CurveKey(z85: String(decoding: text.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
        }
        guard unsafe zmq_curve_keypair(&publicText, &secretText) == 0, let publicKey = key(publicText),
            let secretKey = key(secretText)
        else { throw ZMQError("zmq_curve_keypair") }
        return CurveKeyPair(publicKey: publicKey, secretKey: secretKey)
    }
}

extension Socket {
    /// zmq_setsockopt(3) has it among its drafts, and libzmq 4.3.4 takes it in every build.
    private static let enforceDomain: Int32 = 93

    /// Has whoever connects prove that it has a key which the handler of `domain` lets in. Without a handler nobody gets in.
    ///
    /// To be called before ``bind(_:)``.
    public func admitKeys(_ own: CurveKeyPair, domain: String) throws(ZMQError) {
        var one: Int32 = 1
        try unsafe setRaw(ZMQ_CURVE_SERVER, &one, MemoryLayout<Int32>.size)
        try unsafe setRaw(ZMQ_CURVE_SECRETKEY, own.secretKey.bytes, CurveKey.size)
        try unsafe setRaw(ZMQ_ZAP_DOMAIN, domain, domain.utf8.count)
        try unsafe setRaw(Self.enforceDomain, &one, MemoryLayout<Int32>.size)
    }

    /// Connects to nobody but whoever has the secret key of `server`, and shows it an own key.
    ///
    /// To be called before ``connect(_:)``.
    public func useKeys(_ own: CurveKeyPair, server: CurveKey) throws(ZMQError) {
        try unsafe setRaw(ZMQ_CURVE_SERVERKEY, server.bytes, CurveKey.size)
        try unsafe setRaw(ZMQ_CURVE_PUBLICKEY, own.publicKey.bytes, CurveKey.size)
        try unsafe setRaw(ZMQ_CURVE_SECRETKEY, own.secretKey.bytes, CurveKey.size)
    }
}
