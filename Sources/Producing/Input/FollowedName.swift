/// A file that is followed by its name, whatever becomes of it.
import Foundation

/// Looks what has become of a file that is followed as it grows: others may get its name, and it may be cut off or written anew.
final class FollowedName {
    enum Change {
        case none
        /// It was copied and then cut off (logrotate's `copytruncate`): the copy, whose content is at the same place.
        case copied(InputFile, name: String)
        /// Another file has its name and says the same up to where it was read: it was saved by renaming.
        case saved(InputFile)
        /// It was cut off, or written anew, and what stood there is gone.
        case rewritten
        /// Its name belongs to another file now.
        case replaced(InputFile, missed: Missed)
    }

    /// Files that had the name in between and can't be read any more.
    struct Missed {
        /// How many are known to have been there.
        var files = 0
        /// One of them, as it was put away.
        var packed: (name: String, bytes: Int)?
        /// The file has lines of the one before, which come again.
        var hasSameLines = false
    }

    /// So long must a file have been quiet whose name belongs to another, while somebody may still write to it.
    static let quietTime = Duration.seconds(5)

    let path: String
    private let watch: FileWatch
    private let now: () -> ContinuousClock.Instant
    private let hasWriter: (Int32) -> Bool?
    /// Since when nothing has been written to the file whose name belongs to another.
    private var quiet: (since: ContinuousClock.Instant, size: Int)?
    /// How often a file has been given the name, that nobody has looked at.
    private var given = 0

    /// - Parameters:
    ///   - now: the time.
    ///   - hasWriter: whether a file is open for writing; nil where nobody can tell.
    init(
        _ path: String, now: @escaping () -> ContinuousClock.Instant = { .now },
        hasWriter: @escaping (Int32) -> Bool? = { FileWriters.exist(of: $0) }
    ) {
        self.path = path
        self.now = now
        self.hasWriter = hasWriter
        watch = FileWatch(path)
    }

    /// Where files are put away: beside the file itself, where the name is a link.
    private var place: String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// Readable when something has happened; nil where the system can't tell.
    var descriptor: Int32? { watch.descriptor }

    /// Takes in what has happened.
    func clear() { given += watch.clear() }

    /// Looks what has become of a file.
    ///
    /// - Parameters:
    ///   - mark: up to where it has been read.
    ///   - isOther: something else stands there by now.
    func change(of file: InputFile, readTo mark: ContentMark, isOther: Bool) -> Change {
        var (own, named) = (stat(), stat())
        guard fstat(file.descriptor, &own) == 0 else { return .none }
        if isOther || own.st_size < mark.end {
            guard let copy = Rotation.copy(of: place, with: mark, besides: own) else { return .rewritten }
            return .copied(
                InputFile(following: self, descriptor: copy.descriptor, offset: file.offset), name: copy.name)
        }
        guard stat(path, &named) == 0, (own.st_ino, own.st_dev) != (named.st_ino, named.st_dev), named.st_size > 0,
            own.st_size == mark.readEnd, named.st_mode & S_IFMT == S_IFREG
        else {
            quiet = nil
            return .none
        }
        guard isLeft(file, own) else { return .none }
        quiet = nil
        // The name may have belonged to others in between.
        if let path = Rotation.next(after: own, before: named, of: place),
            case let next = open(path, O_RDONLY | O_CLOEXEC), next >= 0
        {
            given = max(0, given - 1)
            return .replaced(InputFile(following: self, descriptor: next, offset: 0), missed: Missed())
        }
        return last(after: own, of: file, mark)
    }

    /// Whether nobody writes any more to a file that was put away: its writer has it open until it is told of the new one.
    private func isLeft(_ file: InputFile, _ own: stat) -> Bool {
        if hasWriter(file.descriptor) == false { return true }
        guard let quiet, quiet.size == Int(own.st_size) else {
            quiet = (now(), Int(own.st_size))
            return false
        }
        return now() - quiet.since >= Self.quietTime
    }

    /// The file that has the name, and what was missed on the way to it.
    private func last(after own: stat, of file: InputFile, _ mark: ContentMark) -> Change {
        let next = open(path, O_RDONLY | O_CLOEXEC)
        guard next >= 0 else { return .none }
        clear()
        var (opened, named) = (stat(), stat())
        // Where it has been given on meanwhile, one more look tells.
        guard fstat(next, &opened) == 0, stat(path, &named) == 0, opened.st_ino == named.st_ino, opened.st_size > 0
        else {
            close(next)
            return .none
        }
        if !Rotation.isPutAway(own, of: place), opened.st_size >= mark.end, !mark.bytes.isEmpty, mark.stands(in: next) {
            given = 0
            return .saved(InputFile(following: self, descriptor: next, offset: file.offset))
        }
        let missed = Missed(
            files: max(0, given - 1), packed: Rotation.packed(after: own, before: named, of: place),
            hasSameLines: ContentMark.beginsTheSame(file.descriptor, next) || mark.stands(anywhereIn: next))
        given = 0
        return .replaced(InputFile(following: self, descriptor: next, offset: 0), missed: missed)
    }
}
