/// Errors of libraries in words that may be printed.
import Foundation

/// What became of a call that failed, in the system's words or in none: a library's own text may hold whatever it was given,
/// a customer's words or a password, and is never printed as it is.
///
/// - Returns: what an ending of ours says; what the system says of its error's number; where there is none, the name of the
///   error's type.
package func plainError(_ error: any Error) -> String {
    (error as? ExitStatus)?.description ?? systemError(error).map { String(cString: strerror($0)).lowercased() }
        ?? "\(type(of: error))"
}

/// The system's number for what Foundation found.
private func systemError(_ error: any Error) -> Int32? {
    if let error = error as? POSIXError { return error.code.rawValue }
    let foundations = error as NSError
    if foundations.domain == NSPOSIXErrorDomain { return Int32(foundations.code) }
    return (foundations.userInfo[NSUnderlyingErrorKey] as? any Error).flatMap(systemError)
}
