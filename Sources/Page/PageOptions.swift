/// Settings of the page's server.
import Access
import Common

/// What streamllm-web is told.
package struct PageOptions: Sendable {
    /// Side by side there is no room for more.
    package static let mostWorkspaces = 4

    /// Workspaces, which are shown side by side.
    package var endpoints: [String]
    /// Where the chats themselves come from.
    package var inputEndpoints: [String]
    /// By workspace; nil where no feedback is sent.
    package var feedbackEndpoints: [String?]
    package var listen: ListenAddress
    /// Names by which a browser may ask for the page, besides those of the address.
    package var allowedHosts: [String]
    /// A file with the word that opens the page; nil: one is made, and kept in the state directory.
    package var tokenFile: String?
    package var stateDirectory: String
    /// The JSON Lines file to which is appended what is typed; nil: nothing can be.
    package var composeFile: String?
    /// Whether a browser is started.
    package var opensBrowser: Bool
    /// By which consumers and producers are known; nil: whoever listens is believed.
    package var keys: Keyring?
    /// Where metrics are served; nil: nowhere.
    package var monitor: ListenAddress?

    package init(
        endpoints: [String], inputEndpoints: [String], feedbackEndpoints: [String?], listen: ListenAddress,
        allowedHosts: [String] = [], tokenFile: String? = nil, stateDirectory: String, composeFile: String? = nil,
        opensBrowser: Bool = false
    ) {
        self.endpoints = endpoints
        self.inputEndpoints = inputEndpoints
        self.feedbackEndpoints = feedbackEndpoints
        self.listen = listen
        self.allowedHosts = allowedHosts
        self.tokenFile = tokenFile
        self.stateDirectory = stateDirectory
        self.composeFile = composeFile
        self.opensBrowser = opensBrowser
    }
}
