/// Looking at the state directory.
import Common
import Foundation
import Logging
import Storage

/// Finds out what a daemon would find there. The store is looked at in a copy: opening it would already write to it.
struct StateCheck {
    private let options: ConsumerOptions
    private let logger: Logger

    init(_ options: ConsumerOptions, logger: Logger) {
        self.options = options
        self.logger = logger
    }

    var finding: Check.Finding {
        get async {
            guard let path = options.stateDirectory else { return finding(.note, "kept in memory only (--ephemeral)") }
            guard FileManager.default.fileExists(atPath: path) else { return missing(path) }
            guard access(path, R_OK | W_OK | X_OK) == 0 else {
                return finding(.problem, "\(path): \(String(cString: strerror(errno)))")
            }
            if let objection = StateDirectory.objection(to: path) {
                return finding(.problem, "\(path) can't be trusted: \(objection)")
            }
            if let process = StateDirectory.user(of: path) {
                return finding(.problem, "\(path) is in use: a consumer works there (process \(process))")
            }
            guard FileManager.default.fileExists(atPath: path + "/" + StateDirectory.databaseName) else {
                return finding(.ok, "\(path) has no store yet")
            }
            return await store(path)
        }
    }

    private func finding(_ verdict: Check.Finding.Verdict, _ text: String) -> Check.Finding {
        Check.Finding(verdict: verdict, subject: "state", text: text)
    }

    private func missing(_ path: String) -> Check.Finding {
        var parent = URL(fileURLWithPath: path).standardizedFileURL
        while !FileManager.default.fileExists(atPath: parent.path) && parent.path != "/" {
            parent.deleteLastPathComponent()
        }
        return access(parent.path, W_OK | X_OK) == 0
            ? finding(.ok, "\(path) isn't there yet, and will be made")
            : finding(.problem, "\(path) isn't there and can't be made: \(String(cString: strerror(errno)))")
    }

    private func store(_ path: String) async -> Check.Finding {
        let copy = NSTemporaryDirectory() + "/streamllm-check-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: copy) }
        do {
            try FileManager.default.createDirectory(
                atPath: copy, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            var size = 0
            for suffix in ["", "-wal", StateDirectory.damageMarker] {
                let from = path + "/" + StateDirectory.databaseName + suffix
                guard FileManager.default.fileExists(atPath: from) else { continue }
                try FileManager.default.copyItem(
                    atPath: from, toPath: copy + "/" + StateDirectory.databaseName + suffix)
                size += (try FileManager.default.attributesOfItem(atPath: from)[.size] as? NSNumber)?.intValue ?? 0
            }
            let store = try Store(path: copy + "/" + StateDirectory.databaseName, synchronous: .normal)
            // It is open; nobody needs its name any more, whatever becomes of this process.
            try? FileManager.default.removeItem(atPath: copy)
            let recovered = try await Recovered(
                from: store,
                into: Pipeline(policy: options.policy, endpoints: Set(options.inputEndpoints), logger: logger))
            let open = recovered.cursors.filter { !$0.hasEnded }
            return finding(
                .ok,
                "\(path): \((size + 1_048_575) >> 20) MiB; \(recovered.cursors.count) streams, \(open.count) of them not ended; "
                    + "\(recovered.pipeline.engine.openWindows) windows open, \(recovered.pending) waiting for an answer; next record \(recovered.nextRecord)"
            )
        } catch let error as StoreError where error.isDamage {
            return finding(.problem, "\(path): \(error); the consumer would set it aside and begin anew")
        } catch {
            return finding(.problem, "\(path): \(ExitStatus(storeError: error)?.description ?? plainError(error))")
        }
    }
}
