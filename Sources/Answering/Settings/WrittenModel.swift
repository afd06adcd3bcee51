/// Who is asked, as people write it.

/// What options and environment say of the model, its servers and its key. An option is stronger.
package struct WrittenModel: Sendable {
    private let model: String?
    private let servers: [String]
    private let apiKeyFile: String?
    private let masked: String?
    private let dialect: ModelOptions.Dialect
    private let environment: ModelEnvironment
    private let read: @Sendable (String) -> String?

    /// - Parameters:
    ///   - masked: a list of kinds, with commas between.
    ///   - read: the text of a file; nil where there is none that can be read.
    package init(
        model: String?, servers: [String], apiKeyFile: String?, masked: String?, dialect: ModelOptions.Dialect,
        environment: ModelEnvironment, reading read: @escaping @Sendable (String) -> String?
    ) {
        (self.model, self.servers, self.apiKeyFile, self.masked) = (model, servers, apiKeyFile, masked)
        (self.dialect, self.environment, self.read) = (dialect, environment, read)
    }

    /// The settings of the model, as far as these say them.
    ///
    /// - Throws: ``WrittenSetting/Problem`` with the first that can't be understood.
    package func options() throws(WrittenSetting.Problem) -> ModelOptions {
        let name = try model.map { name throws(WrittenSetting.Problem) in
            try WrittenSetting.model(name, called: "--model")
        }
        let wanted = if let name { name } else { try environment.model() }
        if ModelName.isRemote(wanted) {
            throw WrittenSetting.Problem(
                "Model \(wanted) would run in Ollama's cloud: prompts would leave this machine. Choose a local one")
        }
        return ModelOptions(
            dialect: dialect, servers: try addresses(), model: wanted, masked: try kinds(), apiKey: try key(),
            certificateFile: environment.certificateFile)
    }

    private func addresses() throws(WrittenSetting.Problem) -> [ModelAddress] {
        guard !servers.isEmpty else { return try environment.servers() }
        return try ModelAddress.list(servers.joined(separator: ","), for: dialect, called: "--server")
    }

    private func kinds() throws(WrittenSetting.Problem) -> [MaskKind] {
        guard let masked else { return [] }
        return try MaskKind.list(masked, called: "--mask")
    }

    private func key() throws(WrittenSetting.Problem) -> String? {
        guard let apiKeyFile else { return try environment.apiKey(reading: read) }
        guard let text = read(apiKeyFile) else {
            throw WrittenSetting.Problem("--api-key-file: \(apiKeyFile) isn't a file that can be read")
        }
        guard let key = try WrittenSetting.secret(text, called: "--api-key-file") else {
            throw WrittenSetting.Problem("--api-key-file: nothing is in \(apiKeyFile)")
        }
        return key
    }
}
