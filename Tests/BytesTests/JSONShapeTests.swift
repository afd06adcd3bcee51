/// How much there is to be read.
import Bytes
import Testing

@Suite("What JSON consists of", .timeLimit(.minutes(1)))
struct JSONShapeTests {
    @Test(
        "lines, and commas outside of strings",
        arguments: [
            ("", 1, 0), ("a,b", 1, 1), ("\n", 2, 0), (#"{"a":1,"b":[1,2]}"#, 1, 2),
            (#"{"a":",,,","b":"\\","c":1}"#, 1, 2),
            (#"["\"",",\",",2]"#, 1, 2), ("[1,2]\n[3,4]\n", 3, 2), ("\"a,\n,", 2, 1), (#"\",","#, 1, 1),
        ] as [(String, Int, Int)])
    func counts(_ json: String, _ lines: Int, _ commas: Int) {
        let shape = Array(json.utf8).withUnsafeBytes { JSONShape(lines: $0) }
        #expect(shape.lines == lines && shape.commas == commas)
    }
}
