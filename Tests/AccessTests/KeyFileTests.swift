/// Key files as others write them.
import Access
import Testing
import ZeroMQ

@Suite("A key file", .timeLimit(.minutes(1)))
struct KeyFileTests {
    private static let key = "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"
    private static let other = "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs"

    @Test(
        "is read as pyzmq and czmq write it",
        arguments: [
            // pyzmq 27, zmq.auth.create_certificates
            """
            #   ****  Generated on 2026-11-28 02:40:00.000000 by pyzmq  ****
            #   ZeroMQ CURVE Public Certificate
            #   Exchange securely, or use a secure mechanism to verify the contents
            #   of this file after exchange. Store public certificates in your home
            #   directory, in the .curve subdirectory.

            metadata
                may = "read, resume"
            curve
                public-key = "\(key)"

            """,
            // czmq 4, zcert_save_public
            """
            #   ****  Generated on 2026-11-28 02:40:00 by CZMQ  ****
            #   ZeroMQ CURVE Public Certificate
            #   Exchange securely, or use a secure mechanism to verify the contents
            #   of this file after exchange. Store public certificates in your home
            #   directory, in the .curve subdirectory.

            metadata
                may = "read, resume"
                email = "desk@bank.example"
            curve
                public-key = "\(key)"
            """,
            "metadata\r\n    may = 'read, resume'\r\ncurve\r\n    public-key = \(key)\r\n",
            "curve\n    public-key = \"\(key)\"\n\n# the end\nmetadata\n    may = read, resume # all\n",
        ])
    func strangers(_ text: String) throws {
        let file = try KeyFile(text)
        #expect(file.publicKey.z85 == Self.key)
        #expect(file.secretKey == nil)
        #expect(file.metadata["may"] == "read, resume")
    }

    @Test("with a secret key in it is read as it was written")
    func secret() throws {
        let pair = try CurveKeyPair.make()
        let written = KeyFile(publicKey: pair.publicKey, secretKey: pair.secretKey, metadata: ["name": "me"])
        let read = try KeyFile(written.text)
        #expect(read.publicKey == pair.publicKey && read.secretKey == pair.secretKey && read.metadata == ["name": "me"])
        #expect(try CurveKeyPair.make().secretKey != pair.secretKey)
    }

    @Test(
        "that is none is refused, and it is said where",
        arguments: [
            ("", "no public-key"), ("curve\n", "no public-key"), ("public-key = \"\(key)\"\n", "no public-key"),
            ("curve\n    public-key = \"short\"\n", "40 characters"),
            ("curve\n    public-key = \"\(String(repeating: "~", count: 40))\"\n", "40 characters"),
            ("curve\n    public-key = \"\(key)\n", "line 2"), ("curve\n  public-key = \"\(key)\"\n", "line 2"),
            ("curve\n        public-key = \"\(key)\"\n", "line 2"),
            ("curve\n    public-key = \"\(key)\"\n    public-key = \"\(other)\"\n", "line 3"),
            ("curve\n    public-key = \"\(key)\"\n    secret-key = \"x\"\n", "secret-key"),
            ("\u{0}\u{1}\u{2}", "line 1"), (" = 1\n", "line 1"), ("    = 1\n", "line 1"), ("= 1\n", "line 1"),
            ("metadata\n    a b = 1\n", "line 2"), ("curve\n    public-key = \"\(key)\"\n    ä = 1\n", "line 3"),
        ])
    func refused(_ text: String, _ reason: String) {
        #expect { try KeyFile(text) } throws: { "\($0)".contains(reason) }
    }

    @Test(
        "says what its owner may",
        arguments: [
            ("read", [.read]), ("read, tokens|resume feedback", [.read, .tokens, .resume, .feedback]), ("", nil),
            (" , ", nil),
            ("read read", [.read]), ("write", nil), ("read;tokens", nil), ("READ", nil),
        ] as [(String, Set<Right>?)])
    func rights(_ text: String, _ rights: Set<Right>?) {
        #expect((try? Right.list(text)) == rights)
    }
}
