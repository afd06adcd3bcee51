"""Texts that mean harm to whoever shows them."""

from __future__ import annotations

import json

TEXTS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<a href='javascript:alert(1)'>click</a>",
    "javascript:alert(document.cookie)",
    "data:text/html,<script>alert(1)</script>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "<object data='javascript:alert(1)'>",
    "<embed src='//evil.test/x.swf'>",
    "<link rel=stylesheet href=//evil.test/x.css>",
    "<style>@import '//evil.test/x.css'; * { display: none }</style>",
    "<meta http-equiv=refresh content='0;url=//evil.test/'>",
    "<base href='//evil.test/'>",
    "<form action=//evil.test/><button>x</button></form>",
    "<video><source onerror=alert(1)>",
    "<template><script>alert(1)</script></template>",
    '"><script>alert(1)</script>',
    "' onmouseover='alert(1)",
    "`${alert(1)}`",
    "{{constructor.constructor('alert(1)')()}}",
    "</textarea><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<!--><script>alert(1)</script>-->",
    "]]><script>alert(1)</script>",
    "\u202egnp.exe\u202c \u2066isolated\u2069 \u200f\u200e",
    "\u0000\u0001\u0008\u001b[31m\u007f\u009b31m",
    "half \ud800 a \udfff surrogate",
    "event: record\ndata: {}\n\nid: 999999\n",
    "\r\nevent: gap\r\ndata: {}\r\n\r\n",
    "__proto__",
    "constructor",
    "#session=x&entry=y",
    "Z\u0351\u036b\u0343\u0363\u033e" * 50,
    "\U0001f469\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466" * 20,
    "long " * 200_000,
]
"""The last one has a million characters: as a session's name it would be refused, so that has another one."""


def lines() -> bytes:
    """Each as a session's name and as its message, in a window of its own; and behind it one that closes all."""
    written = []
    for number, text in enumerate(TEXTS):
        name = text if len(text.encode(errors="surrogatepass")) < 900 else f"long one {number}"
        message = {"session_id": name, "timestamp": "2025-01-23T14:30:00Z", "sender": "customer", "message": text}
        written.append(json.dumps(message))
    # A line that isn't a message, of a session whose name isn't text.
    written.append(json.dumps({**message, "session_id": "\ud800bad", "sender": "nobody"}))
    last = {"session_id": "last", "timestamp": "2025-01-23T14:40:00Z", "sender": "rm", "message": "last"}
    written.append(json.dumps(last))
    return "\n".join(written).encode() + b"\n"
