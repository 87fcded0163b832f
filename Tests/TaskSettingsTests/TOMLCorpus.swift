/// Documents for the TOML reader, each of which Python's `tomllib` reads, or refuses, as well.
enum TOMLCorpus {
    static let good: [String] = [
        "", "\n", "# only a comment", "\t # comment\twith tab\r\n", "a = 1", "a=1\r\nb=2\r\n",
        // Keys
        "bare_key-1 = 1\n1234 = 2\n-_- = 3", "\"quoted key\" = 1\n'lit \"key\"' = 2\n\"\" = 3",
        "a.b.c = 1\na.b.d = 2\na.e = 3", "a . \"b\" . 'c' = 1", "3.14 = 'pi'",
        "\"\\u00e9\" = 1\n\"e\u{301}\" = 2",
        "apple.type = 'fruit'\norange.type = 'fruit'\napple.skin = 'thin'",
        "true = false\ninf = nan",
        "[a]\nb.c = 1\n[a.d]\ne = 2", "1979-05-27 = 1", "a.1.b = 1", "\"a\\tb\" = 1",
        // Basic strings
        #"a = "b\t\n\f\r\b\"\\ \u00E9 \U0001F600""#, #"a = """#, "a = \"tab\there\"",
        "a = \"é😀 \u{7f80}\"",
        "a = \"\"\"\"\"\"", "a = \"\"\"\nline\r\nline2\"\"\"",
        "a = \"\"\"a \\\n   \n\t b\\  \n\"\"\"",
        "a = \"\"\"one \" two \"\" three\"\"\"", "a = \"\"\"two at the end\"\"\"\"\"",
        "a = \"\"\"\"one first\"\"\"\"",
        "a = \"\"\"\\\\\n\\\"\"\"\\\"\"\"\"", "a = \"\"\"\\u0041\\\r\n  b\"\"\"",
        "a = \"\"\"\n\n\"\"\"",
        // Literal strings
        #"a = 'C:\Users\no escapes'"#, "a = ''", "a = '''\nfirst\n 'quoted' ''twice'' \\n\n'''",
        "a = ''''one''''",
        "a = '''''two'''''", "a = ''''''''", "a = ''''''", "a = '''\r\n\r\n'''",
        // Integers
        "a = 0\nb = +0\nc = -0\nd = +99\ne = -17", "a = 1_000\nb = 5_349_221\nc = 1_2_3",
        "a = 0xDEADBEEF\nb = 0xdead_beef\nc = 0o01234567\nd = 0b11010110\ne = 0x0\nf = 0b0_1",
        "a = 9223372036854775807\nb = -9223372036854775808\nc = 0x7fffffffffffffff",
        // Floats
        "a = +1.0\nb = 3.1415\nc = -0.01\nd = 5e+22\ne = 1e06\nf = -2E-2\ng = 6.626e-34\nh = 224_617.445_991_228",
        "a = inf\nb = +inf\nc = -inf\nd = nan\ne = +nan\nf = -nan",
        "a = 1e400\nb = -0.0\nc = 0e0\nd = 1e-400",
        "a = 1_0.0_1e1_0",
        "a = 0.1\nb = 1.7976931348623157e308\nc = 5e-324\nd = 123456789012345678901234567890.5",
        // Booleans, dates
        "a = true\nb = false", "a = 1979-05-27T07:32:00Z\nb = 1979-05-27T00:32:00-07:00",
        "a = 1979-05-27T00:32:00.999999+07:30\nb = 1979-05-27 07:32:00z\nc = 1979-05-27t07:32:00.1234567",
        "a = 1979-05-27T07:32:00\nb = 1979-05-27\nc = 07:32:00\nd = 00:32:00.5",
        "a = [1979-05-27, 07:32:00]",
        "a = 1979-05-27 # comment", "a = 1979-05-27 \nb = 2000-02-29", "a = 23:59:59.000000",
        // Arrays
        "a = []", "a = [1, 2, 3,]", "a = [ [1, 2], ['a', \"b\"], [] ]",
        "a = [1, 'two', 3.0, {b = 4}, true]",
        "a = [ # comment\n 1, # one\n\n\t2\r\n , 3\n # end\n]", "a = [[[[[]]]]]",
        "a = [{}, {b=[{c=1}]}]",
        "a = [\"\"\"x\ny\"\"\", '''\nz''']", "a=[1]#c",
        // Inline tables
        "a = {}", "a = { }", "a = {b = 1, c = 'd'}", "a = {b.c = 1, b.d = 2, \"e f\".g = {h = []}}",
        "a = {b = [1,\n 2]}\n", "a = {b = \"\"\"x\ny\"\"\"}", "[t]\na = {b={c={d=1}}}",
        // Tables
        "[a]", "[a]\n[b]\n[a.b]", "[a.b.c]\nd = 1\n[a]\ne = 2\n[a.b]\nf = 3",
        "[ a . 'b' . \"c\" ]\nd = 1 # x",
        "[a.b]\nx=1\n[a]\ny=2", "[fruit]\napple.color = 'red'\n[fruit.apple.taste]\nsweet = true",
        "a.b = 1\n[a.c]\nd = 2", "[a.b.c]\n[a]\nb.d = 1", "[a]#c\n", "[\"\"]\na=1",
        "[a.b.c]\nz=1\n[a]\nb.d=2\nb.e=3",
        // Arrays of tables
        "[[a]]\nb = 1\n[[a]]\n\n[[a]]\nb = 3", "[[a]]\n[a.b]\nc=1\n[[a]]\n[a.b]\nc=2",
        "[[fruit]]\nname='apple'\n[[fruit.kind]]\nx=1\n[[fruit.kind]]\nx=2\n[[fruit]]\n[[fruit.kind]]\nx=3",
        "[[a.b]]\nc=1\n[a]\nd=2", "[[ a . b ]]", "[[a]]\nb.c=1\n[[a]]\nb.c=2",
        "[x]\n[[x.y]]\n[x.z]\n[[x.y]]",
    ]

    static let bad: [String] = [
        // Statements
        "a", "a =", "= 1", "a = 1 b = 2", "a == 1", "a 1", "a = 1 2", "[a] b = 1", "a = 1\r",
        "a\n= 1", "a = \n1",
        "# bad \u{1}", "# bad \u{7f}", "# a\rb", "a = 1 \u{0}", "é = 1", "a b = 1", ".a = 1",
        "a. = 1", "a..b = 1",
        "\"\"\"a\"\"\" = 1", "'''a''' = 1", "\"a\nb\" = 1", "a.b", "!a = 1", "'a' 'b' = 1",
        // Strings
        "a = \"", "a = \"x", "a = 'x", "a = \"x\ny\"", "a = 'x\ny'", #"a = "\x41""#, #"a = "\u12""#,
        #"a = "\uD800""#, #"a = "\U00110000""#, #"a = "\U0001F60""#, #"a = "\ ""#, "a = \"\u{1}\"",
        "a = '\u{1f}'",
        "a = \"\u{7f}\"", "a = \"\"\"x", "a = '''x''", "a = \"\"\"\\q\"\"\"",
        "a = \"\"\"\u{0}\"\"\"",
        "a = \"\"\"x\ry\"\"\"", "a = '''x\ry'''", "a = \"\"\"x\"\"\"\"\"\"", "a = '''''''''",
        "a = \"x\"y", "a = word",
        #"a = "\"#, #"a = """\"""#, "a = \"\"\"a \\ b\"\"\"", "a = \"x\r\ny\"",
        // Numbers
        "a = 01", "a = +01", "a = 00", "a = _1", "a = 1_", "a = 1__2", "a = 0x", "a = 0xG",
        "a = 0X1", "a = +0x1",
        "a = -0b1", "a = 0o8", "a = 0b2", "a = 0x_1", "a = 0x1_", "a = 1.", "a = .5", "a = 1.e2",
        "a = 1e", "a = 1e+",
        "a = 1.2.3", "a = 1_.0", "a = 1._0", "a = 1e_2", "a = 1e2.0", "a = 03.1", "a = Inf",
        "a = NaN", "a = ++1",
        "a = 1-2", "a = --1", "a = infinity", "a = 1e1e1", "a = 0x1.0", "a = +", "a = -inf1",
        // Booleans, dates
        "a = True", "a = TRUE", "a = truefalse", "a = 2000-02-30", "a = 2001-02-29",
        "a = 2000-13-01",
        "a = 2000-01-01T24:00:00", "a = 2000-01-01T00:60:00", "a = 2000-01-01T00:00:61",
        "a = 2000-01-01T00:00",
        "a = 2000-01-01T00:00:00+0000", "a = 2000-01-01T00:00:00+24:00", "a = 2000-01-01T00:00:00.",
        "a = 07:32",
        "a = 2000-01-01T", "a = 2000-1-1", "a = 7:32:00", "a = 2000-01-01  00:00:00",
        "a = 2000-01-01T00:00:00,5",
        "a = 0000-01-01", "a = 07:32:00Z", "a = 2000-01-01T00:00:00 Z", "a = 2000-01-01x00:00:00",
        "a = 24:00:00",
        // Arrays and inline tables
        "a = [", "a = [1", "a = [1,", "a = [,]", "a = [1,,2]", "a = [1 2]", "a = ]", "a = [1]]",
        "a = [1,\n}",
        "a = {", "a = {b}", "a = {b = 1", "a = {b = 1,}", "a = {,}", "a = {b = 1 c = 2}",
        "a = {b = 1\n}", "a = {\n}",
        "a = {b = 1, b = 2}", "a = {b.c = 1, b = 2}", "a = {b = {c = 1}, b.d = 2}", "a = {b = 1} x",
        "a = {b = 1,, c = 2}",
        "a = {b = 1 # c\n}", "a = {b = 1,\nc = 2}",
        // Redefinitions
        "a = 1\na = 2", "a = 1\n\"a\" = 2", "a.b = 1\na.b = 2", "a = 1\na.b = 2", "a.b = 1\na = 2",
        "[a]\n[a]",
        "[a]\nb = 1\n[a.b]", "a = 1\n[a]", "a = {}\n[a]", "a = {}\n[a.b]", "a = {}\na.b = 1",
        "a.b = 1\n[a]",
        "[a]\nb.c = 1\n[a.b]", "[a.b]\n[a]\nb.c = 1", "[a.b.c]\n[a]\nb.c.d = 1", "a = []\n[[a]]",
        "[[a]]\n[a]", "[a]\n[[a]]",
        "[[a.b]]\n[a]\nb.c = 1", "a = [{}]\n[a.b]", "a = [{b=1}]\n[[a.c]]", "[a.b]\n[[a]]",
        "[a.b.c]\n[a]\nb.d=1\n[a.b]",
        "[[a]]\n[a.b]\n[a.b]", "[t]\na.b=1\n[t.a.c]\n[t]", "[a]\nb.c=1\n[x]\n[a.b]",
        "[[fruit]]\n[[fruit.kind]]\n[fruit.kind]", "a.b.c = 1\n[a.b]",
        // Headers
        "[]", "[[]]", "[a", "[a]]", "[[a]", "[[a] ]", "[ [a]]", "[a.]", "[.a]", "[a b]", "[a]x",
        "[a\n]", "[a=1]", "[a.'b]",
    ]
}
