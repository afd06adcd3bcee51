/// The model, changed while the consumer runs.
import Answering

/// Has other servers asked, or others things of them, from the next question on.
package actor ModelControl {
    private var model: ModelOptions
    private var concurrency: Int
    private let make: @Sendable (ModelOptions) -> any Responder
    private let responder: CurrentResponder
    private let stage: ModelStage

    /// - Parameters:
    ///   - options: what holds until anybody changes it.
    ///   - make: makes the responder for a model.
    init(
        _ options: ConsumerOptions, _ responder: CurrentResponder, _ stage: ModelStage,
        _ make: @escaping @Sendable (ModelOptions) -> any Responder
    ) {
        (model, concurrency) = (options.model, options.concurrency)
        (self.responder, self.stage, self.make) = (responder, stage, make)
    }

    /// - Returns: whether that is anything else than before.
    package func change(to model: ModelOptions, concurrency: Int) async -> Bool {
        guard model != self.model || concurrency != self.concurrency else { return false }
        if model != self.model { await responder.become(make(model)) }
        (self.model, self.concurrency) = (model, concurrency)
        await stage.resize(to: concurrency, for: model)
        return true
    }
}
