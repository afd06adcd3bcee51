/// What the environment says about models.

/// The variables that name a model, its servers and their key. One without anything in it counts as missing. Pure.
package struct ModelEnvironment: Sendable {
    private let variables: [String: String]
    private let dialect: ModelOptions.Dialect
    private let isAsked: Bool

    /// - Parameters:
    ///   - variables: the environment.
    ///   - isAsked: whether a model is asked at all; where none is, nobody minds what there is about its servers.
    package init(_ variables: [String: String], for dialect: ModelOptions.Dialect, isAsked: Bool) {
        self.variables = variables
        self.dialect = dialect
        self.isAsked = isAsked
    }

    /// `QUEN_MODEL_NAME`, else `quen:32b`.
    package func model() throws(WrittenSetting.Problem) -> String {
        guard let name = self["QUEN_MODEL_NAME"] else { return "quen:32b" }
        return try WrittenSetting.model(name, called: "QUEN_MODEL_NAME")
    }

    /// The model that is asked if nobody says anything else, and the variable that names it, if one does.
    package var standingModel: (value: String, variable: String?)? {
        (try? model()).map { ($0, self["QUEN_MODEL_NAME"] == nil ? nil : "QUEN_MODEL_NAME") }
    }

    /// The same of the servers; nil where none is asked.
    package var standingServers: (value: [String], variable: String?)? {
        guard isAsked else { return nil }
        return (try? servers()).map { ($0.map(\.shown), self[baseURL] == nil ? nil : baseURL) }
    }

    private var baseURL: String { dialect == .openai ? "OPENAI_BASE_URL" : "OLLAMA_BASE_URL" }

    /// `OLLAMA_BASE_URL` or `OPENAI_BASE_URL`, else Ollama on this machine.
    package func servers() throws(WrittenSetting.Problem) -> [ModelAddress] {
        let text = isAsked ? self[baseURL] : nil
        return try ModelAddress.list(text ?? "http://localhost:11434", for: dialect, called: baseURL)
    }

    /// `OLLAMA_API_KEY` or `OPENAI_API_KEY`; else what stands in the file that the same name with `_FILE` behind it names; else in
    /// the file of that name in lower case, with `-` for `_`, among the service's credentials (systemd.exec(5), LoadCredential).
    ///
    /// - Parameter read: the text of a file; nil where there is none that can be read.
    package func apiKey(reading read: (String) -> String?) throws(WrittenSetting.Problem) -> String? {
        guard isAsked else { return nil }
        let name = dialect == .openai ? "OPENAI_API_KEY" : "OLLAMA_API_KEY"
        if let text = self[name] { return try WrittenSetting.secret(text, called: name) }
        if let path = self[name + "_FILE"].map(WrittenSetting.cleaned) {
            guard let text = read(path) else {
                throw WrittenSetting.Problem("\(name)_FILE: \(path) isn't a file that can be read")
            }
            return try WrittenSetting.secret(text, called: "\(name)_FILE")
        }
        let credential = name.lowercased().replacing("_", with: "-")
        guard let text = self["CREDENTIALS_DIRECTORY"].flatMap({ read("\($0)/\(credential)") }) else { return nil }
        return try WrittenSetting.secret(text, called: "The credential \(credential)")
    }

    /// `SSL_CERT_FILE`: the path of a file with certificates of authorities, as OpenSSL's programs take it.
    package var certificateFile: String? { isAsked ? self["SSL_CERT_FILE"].map(WrittenSetting.cleaned) : nil }

    private subscript(name: String) -> String? {
        variables[name].flatMap { WrittenSetting.cleaned($0).isEmpty ? nil : $0 }
    }
}
