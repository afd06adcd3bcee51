/// One step in cleaning an answer.

/// Takes the pieces of an answer as they come and gives out those that can be shown, the others once it is known what they are.
/// However a text is cut into pieces, the same of it is given out. Pure.
protocol AnswerFilter {
    /// - Returns: what there is to show, or to begin anew with.
    mutating func append(_ pieces: [AnswerPiece]) -> [AnswerPiece]

    /// There won't be more.
    ///
    /// - Parameter isCut: the model had more to say, and no room for it.
    /// - Returns: what there still is to show.
    mutating func end(isCut: Bool) -> [AnswerPiece]
}
