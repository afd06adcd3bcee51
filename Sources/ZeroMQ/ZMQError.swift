/// What went wrong in libzmq: which call, on which endpoint, and libzmq's own word for it.
import CZMQ
import Glibc

/// An error of a libzmq call.
public struct ZMQError: Error, Hashable, CustomStringConvertible {
    /// The libzmq function that failed, for example `zmq_bind`.
    public let call: String
    /// The endpoint the call was about, where it was about one.
    public let endpoint: String?
    /// The `errno` the call left behind (libzmq's own codes included).
    public let code: Int32

    init(_ call: String, endpoint: String? = nil, code: Int32 = zmq_errno()) {
        self.call = call
        self.endpoint = endpoint
        self.code = code
    }

    /// Somebody else holds the endpoint.
    public var isAddressInUse: Bool { code == EADDRINUSE }

    /// What has the name of an `ipc://` endpoint isn't a socket.
    public var isNoSocket: Bool { code == ENOTSOCK }

    /// The lock beside an `ipc://` endpoint is a symbolic link.
    public var isLinkedLock: Bool { call == "open" && code == ELOOP }

    /// The endpoint can't be used on this machine at all (no such address, no permission, no such folder).
    public var isUnavailable: Bool {
        [EADDRINUSE, EADDRNOTAVAIL, EACCES, ENODEV, ENOENT, ENOTDIR, EROFS, ENAMETOOLONG, ENOTSOCK, ELOOP].contains(
            code)
    }

    /// The endpoint isn't written as libzmq expects.
    public var isMalformedEndpoint: Bool { code == EINVAL || code == EPROTONOSUPPORT || code == ENOCOMPATPROTO }

    private var ENOCOMPATPROTO: Int32 { 156_384_712 + 52 }

    /// libzmq's (or the system's) text for the code.
    public var reason: String { unsafe String(cString: zmq_strerror(code)) }

    public var description: String {
        "\(call)\(endpoint.map { " \($0)" } ?? ""): \(reason)"
    }
}
