/// The command line of the fuzzer.
import CLibFuzzer
import Foundation

/// `Fuzz` names the targets; `Fuzz line FOLDER -seed=7 -max_total_time=60` fuzzes one of them, keeps in the folder what it has
/// learned and found, and hands all further arguments to libFuzzer.
@main
struct FuzzCommand {
    /// What a reader may take for inputs of a few kilobytes, AddressSanitizer's own needs included.
    private static let memoryLimit = 300

    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 3 else { return print(FuzzTarget.all.map(\.name).joined(separator: "\n")) }
        guard let target = FuzzTarget.all.first(where: { $0.name == arguments[1] }) else {
            print("ERROR: no such target")
            exit(64)
        }
        let folder = URL(fileURLWithPath: arguments[2])
        var command =
            [
                arguments[0], "-artifact_prefix=\(folder.path)/", "-timeout=10", "-rss_limit_mb=\(memoryLimit)",
                "-malloc_limit_mb=64", "-max_len=4096", "-print_final_stats=1",
            ] + arguments[3...]
        // A file that is named is read and no others.
        if arguments[3...].allSatisfy({ $0.hasPrefix("-") }) { command += try await prepare(target, in: folder) }
        running = try await target.makeReader()
        // For the whole run: libFuzzer keeps pointers to them.
        let pointers = command.map { strdup($0) } + [nil]
        let array = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: pointers.count)
        array.initialize(from: pointers, count: pointers.count)
        var (count, argv) = (Int32(command.count), Optional(array))
        exit(LLVMFuzzerRunDriver(&count, &argv, takeInput))
    }

    /// Writes down what libFuzzer begins with.
    ///
    /// - Returns: its arguments for that.
    private static func prepare(_ target: FuzzTarget, in folder: URL) async throws -> [String] {
        let corpus = folder.appendingPathComponent("corpus")
        try FileManager.default.createDirectory(at: corpus, withIntermediateDirectories: true)
        for (index, seed) in try await target.seeds().enumerated() {
            try Data(seed).write(to: corpus.appendingPathComponent("seed-\(index)"))
        }
        var arguments = [corpus.path]
        let kept = FuzzTarget.corpus(of: target)
        if FileManager.default.fileExists(atPath: kept.path) { arguments.append(kept.path) }
        // A dictionary without words is an error to it.
        if !target.words.isEmpty {
            let dictionary = folder.appendingPathComponent("words")
            try Data(target.dictionary.utf8).write(to: dictionary)
            arguments.append("-dict=\(dictionary.path)")
        }
        return arguments
    }
}

/// Set once, before libFuzzer begins.
nonisolated(unsafe) private var running: FuzzTarget.Reader?

/// libFuzzer's own main is linked where this program's is named otherwise, as in debug builds, and asks for this name.
@_cdecl("LLVMFuzzerTestOneInput")
public func takeInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    do {
        switch running {
        case .direct(let read): _ = try read(UnsafeRawBufferPointer(start: bytes, count: count))
        case .suspending(let read):
            let input = Array(UnsafeBufferPointer(start: bytes, count: count))
            let end = DispatchSemaphore(value: 0)
            Task.detached {
                do { _ = try await read(input) } catch { give(up: error) }
                end.signal()
            }
            end.wait()
        case nil: break
        }
    } catch { give(up: error) }
    return 0
}

/// libFuzzer writes down the input when the process aborts.
private func give(up error: any Error) {
    FileHandle.standardError.write(Data("\nFound: \(error)\n".utf8))
    abort()
}

extension FuzzTarget {
    /// Its words as libFuzzer reads them: bytes in quotes, with whatever isn't a letter or a digit escaped.
    fileprivate var dictionary: String {
        words.map { word in
            let bytes = word.utf8.map { byte -> String in
                let scalar = Unicode.Scalar(byte)
                if byte < 0x80 && (Character(scalar).isLetter || Character(scalar).isNumber) { return String(scalar) }
                return (byte < 16 ? "\\x0" : "\\x") + String(byte, radix: 16)
            }
            return "\"\(bytes.joined())\"\n"
        }.joined()
    }
}
