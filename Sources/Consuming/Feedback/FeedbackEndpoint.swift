/// Where feedback comes in.

/// The endpoint for feedback.
package struct FeedbackEndpoint: Hashable, Sendable {
    package let endpoint: String
    /// Nobody has asked for this one. Where somebody else has it, the daemon does without, and takes it as soon as it is free:
    /// another consumer on this machine is no reason not to run.
    package let isOptional: Bool

    /// Where feedback comes in if nobody says anything else.
    package static let usual = FeedbackEndpoint("tcp://127.0.0.1:5560", isOptional: true)

    package init(_ endpoint: String, isOptional: Bool = false) {
        self.endpoint = endpoint
        self.isOptional = isOptional
    }

    /// - Parameter text: an endpoint, `none` for nowhere; nil: nobody has said anything.
    package static func written(_ text: String?) -> FeedbackEndpoint? {
        switch text {
        case nil: usual
        case "none": nil
        case let endpoint?: FeedbackEndpoint(endpoint)
        }
    }
}
