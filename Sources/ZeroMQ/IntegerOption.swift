/// The socket options this project sets, by the names of zmq_setsockopt(3).
import CZMQ

/// An integer-valued socket option; its unit stands beside it.
public enum IntegerOption: Sendable {
    /// How long a closed socket goes on sending, in milliseconds.
    case linger
    /// Messages queued to each peer before more are dropped (or refused).
    case sendHighWaterMark
    /// Messages queued from each peer before the peer has to wait.
    case receiveHighWaterMark
    /// Milliseconds before a lost connection is tried again.
    case reconnectInterval
    /// Milliseconds between heartbeats on a connection; catches peers that are there but dead.
    case heartbeatInterval
    /// Milliseconds without a heartbeat's answer after which a connection counts as lost.
    case heartbeatTimeout
    /// Milliseconds for the two ends of a new connection to agree on how they talk.
    case handshakeInterval
    /// Largest frame accepted, in bytes; a peer that sends more is disconnected.
    case maximumMessageSize
    /// 1: queue only for peers that are really connected.
    case immediate
    /// 1: an extended publisher hears of each subscription, also of a topic that somebody has already.
    case verboseSubscriptions
    /// 1: an extended publisher hears each subscription, and decides itself what is subscribed to.
    case manualSubscriptions
    /// 1: a ROUTER lets a returning peer take over its own name.
    case routerHandover
    /// 1: a ROUTER says when it can't send to a peer that has gone or doesn't read, rather than drop the message in silence.
    case routerMandatory
    /// 1: addresses are IPv6 ones. ``Socket`` sets it itself, by what the endpoint is.
    case ipv6
    /// 1: the system asks silent TCP peers whether they are still there.
    case tcpKeepalive
    /// Seconds of silence after which it begins to ask.
    case tcpKeepaliveIdle
    /// Seconds between its questions.
    case tcpKeepaliveInterval
    /// Questions without an answer after which a connection counts as lost.
    case tcpKeepaliveCount
    /// Milliseconds after which a TCP connection counts as lost when a peer takes nothing of what is sent, also one that says
    /// that it is there (TCP_USER_TIMEOUT, tcp(7)).
    case tcpUserTimeout

    var rawValue: Int32 {
        switch self {
        case .linger: ZMQ_LINGER
        case .sendHighWaterMark: ZMQ_SNDHWM
        case .receiveHighWaterMark: ZMQ_RCVHWM
        case .reconnectInterval: ZMQ_RECONNECT_IVL
        case .heartbeatInterval: ZMQ_HEARTBEAT_IVL
        case .heartbeatTimeout: ZMQ_HEARTBEAT_TIMEOUT
        case .handshakeInterval: ZMQ_HANDSHAKE_IVL
        case .maximumMessageSize: ZMQ_MAXMSGSIZE
        case .immediate: ZMQ_IMMEDIATE
        case .verboseSubscriptions: ZMQ_XPUB_VERBOSE
        case .manualSubscriptions: ZMQ_XPUB_MANUAL
        case .routerHandover: ZMQ_ROUTER_HANDOVER
        case .routerMandatory: ZMQ_ROUTER_MANDATORY
        case .ipv6: ZMQ_IPV6
        case .tcpKeepalive: ZMQ_TCP_KEEPALIVE
        case .tcpKeepaliveIdle: ZMQ_TCP_KEEPALIVE_IDLE
        case .tcpKeepaliveInterval: ZMQ_TCP_KEEPALIVE_INTVL
        case .tcpKeepaliveCount: ZMQ_TCP_KEEPALIVE_CNT
        case .tcpUserTimeout: ZMQ_TCP_MAXRT
        }
    }

    /// ZMQ_MAXMSGSIZE alone is an int64_t.
    var isWide: Bool { self == .maximumMessageSize }
}
