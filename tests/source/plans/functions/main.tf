# One expression an output; the values in plan.json are Terraform's own.

output "o000" {
  value = 1
}

output "o001" {
  value = -1 + 2 * 3 == 5 && !false
}

output "o002" {
  value = [7 / 2, 10 % 3, -7 % 3, 0.1 + 0.2, 1.0e3, 100000000000000000000000, 2.50]
}

output "o003" {
  value = [1 == "1", [1] == [1], {a = 1} == {a = 1}, null == null, "a" != "b", true == "true"]
}

output "o004" {
  value = [1 < 2, 2 <= 2, 3 > 4, 4 >= 5, "10" + 1]
}

output "o005" {
  value = "plain $${not} %%{not} \n \"quoted\" \\ \u00e9"
}

output "o006" {
  value = "${"lone"}"
}

output "o007" {
  value = "a${1}${true}${1.5}b"
}

output "o008" {
  value = "a%{ if true ~}  x  %{~ else ~} y %{~ endif ~}  z"
}

output "o009" {
  value = "%{ for k, v in {a = 1, b = 2} }${k}=${v};%{ endfor }"
}

output "o010" {
  value = true ? "yes" : "no"
}

output "o011" {
  value = true ? 1 : "no"
}

output "o012" {
  value = false ? ["a"] : ["b", "c"]
}

output "o013" {
  value = true ? {a = 1, b = "x"} : {a = "2", b = "y"}
}

output "o014" {
  value = [for v in ["a", "b", ""] : upper(v) if v != ""]
}

output "o015" {
  value = [for i, v in ["a", "b"] : "${i}${v}"]
}

output "o016" {
  value = {for k, v in {a = "x", b = "y"} : v => k}
}

output "o017" {
  value = {for v in ["a", "b", "a"] : v => upper(v)...}
}

output "o018" {
  value = [for k, v in toset(["b", "a"]) : "${k}${v}"]
}

output "o019" {
  value = [{a = 1}, {a = 2}][*].a
}

output "o020" {
  value = [{a = [1, 2]}, {a = [3]}].*.a[0]
}

output "o021" {
  value = [{a = [1, 2]}, {a = [3, 4]}][*].a[1]
}

output "o022" {
  value = "x"[*]
}

output "o023" {
  value = null[*]
}

output "o024" {
  value = {a = {b = [10, 20]}}.a.b[1]
}

output "o025" {
  value = ["a", "b"].1
}

output "o026" {
  value = {"a b" = 1}["a b"]
}

output "o027" {
  value = {("k${1}") = 2, true = 3, 5 = 6}
}

output "o028" {
  value = concat(["a"], [], ["b", "c"])
}

output "o029" {
  value = concat([["a"], ["b"]]...)
}

output "o030" {
  value = merge({a = 1}, null, {b = 2, a = "x"})
}

output "o031" {
  value = flatten([["a", ["b"]], "c", [[]]])
}

output "o032" {
  value = distinct(["b", "a", "b"])
}

output "o033" {
  value = compact(["a", "", null, "b"])
}

output "o034" {
  value = toset(["b", "a", "b"])
}

output "o035" {
  value = tolist(toset(["b", "a"]))
}

output "o036" {
  value = tolist([1, "a", true])
}

output "o037" {
  value = tomap({a = 1, b = "x"})
}

output "o038" {
  value = format("%s-%v-%d-%05d-%-5s|%5s|%%%t", "a", true, 3, 42, "l", "r", false)
}

output "o039" {
  value = formatlist("arn:aws:s3:::%s/*", ["a", "b"])
}

output "o040" {
  value = formatlist("%s-%s", ["a", "b"], "c")
}

output "o041" {
  value = join(",", ["a", 1, true])
}

output "o042" {
  value = join("-", ["a"], ["b", "c"])
}

output "o043" {
  value = split(",", "a,b,,c")
}

output "o044" {
  value = split(",", "")
}

output "o045" {
  value = replace("hello world", "o", "0")
}

output "o046" {
  value = replace("arn:aws:iam::123456789012:role/x", "/[0-9]+/", "*")
}

output "o047" {
  value = replace("user-name", "/(\\w+)-(\\w+)/", "$2.$1")
}

output "o048" {
  value = replace("a.b", "/\\./", "$$")
}

output "o049" {
  value = lower("ABC")
}

output "o050" {
  value = upper("abc")
}

output "o051" {
  value = title("hello big-world")
}

output "o052" {
  value = lookup({a = "x"}, "a", "d")
}

output "o053" {
  value = lookup({a = "x"}, "b", "d")
}

output "o054" {
  value = element(["a", "b", "c"], 4)
}

output "o055" {
  value = keys({b = 1, a = 2})
}

output "o056" {
  value = values({b = 1, a = 2})
}

output "o057" {
  value = [length("héé"), length([1, 2]), length({a = 1}), length(toset(["a", "a"]))]
}

output "o058" {
  value = coalesce("", null, "b", "c")
}

output "o059" {
  value = coalesce(null, 1, "b")
}

output "o060" {
  value = coalescelist([], ["a"], ["b"])
}

output "o061" {
  value = try({a = 1}.b, "default")
}

output "o062" {
  value = try(tonumber("x"), 5)
}

output "o063" {
  value = try([1, 2][5], [3])
}

output "o064" {
  value = [can({a = 1}.b), can({a = 1}.a), can(regex("^a", "b"))]
}

output "o065" {
  value = [contains(["a", "b"], "a"), contains(["a"], "c"), contains(toset(["1"]), "1")]
}

output "o066" {
  value = jsonencode({b = 1.5, a = null, c = "é<>&\"\n\t", d = [true, {}], e = 1.0e30})
}

output "o067" {
  value = jsonencode("x")
}

output "o068" {
  value = jsondecode("{\"a\": [1, 2.5, null, \"x\"]}")
}

output "o069" {
  value = [tostring(1), tostring(true), tostring("x"), tonumber("15"), tobool("true")]
}

output "o070" {
  value = trimspace("  a b \n")
}

output "o071" {
  value = trim("?!hello?!", "!?")
}

output "o072" {
  value = [trimprefix("helloworld", "hello"), trimsuffix("helloworld", "world")]
}

output "o073" {
  value = [substr("hello", 1, 3), substr("hello", -3, -1), substr("héllo", 0, 2)]
}

output "o074" {
  value = sort(["c", "a", "b"])
}

output "o075" {
  value = reverse([1, 2, 3])
}

output "o076" {
  value = slice(["a", "b", "c", "d"], 1, 3)
}

output "o077" {
  value = [range(3), range(1, 4), range(4, 1), range(1, 8, 3)]
}

output "o078" {
  value = zipmap(["a", "b"], [1, 2])
}

output "o079" {
  value = [setunion(["a", "b"], ["b", "c"]), setintersection(["a", "b"], ["b", "c"]), setsubtract(["a", "b"], ["b"])]
}

output "o080" {
  value = setproduct(["a", "b"], ["x", "y"])
}

output "o081" {
  value = [startswith("hello", "he"), endswith("hello", "lo"), strcontains("hello", "ell")]
}

output "o082" {
  value = one(["a"])
}

output "o083" {
  value = one([])
}

output "o084" {
  value = [sum([1, 2.5]), max(1, 5, 3), min(2, 1), abs(-4), ceil(1.2), floor(1.8)]
}

output "o085" {
  value = [base64encode("hello"), base64decode("aGVsbG8=")]
}

output "o086" {
  value = urlencode("a b/c?d=é~*")
}

output "o087" {
  value = regex("[a-z]+", "53453453.345345aaabbbccc23454")
}

output "o088" {
  value = regex("(\\d+)-(\\w+)", "12-ab")
}

output "o089" {
  value = regex("^(?:(?P<scheme>[^:/?#]+):)?", "https://x")
}

output "o090" {
  value = regexall("[a-z]+", "1a2bc")
}

output "o091" {
  value = chunklist(["a", "b", "c"], 2)
}

output "o092" {
  value = index(["a", "b"], "b")
}

output "o093" {
  value = nonsensitive(sensitive("x"))
}

output "o094" {
  value = indent(2, "a\nb\nc")
}

output "o095" {
  value = chomp("hello\n\n")
}

output "o096" {
  value = [md5("a"), sha1("a"), sha256("a"), strrev("abc")]
}

output "o097" {
  value = transpose({a = ["1", "2"], b = ["2"]})
}

output "o098" {
  value = [alltrue([true, "true"]), anytrue([false]), alltrue([])]
}

output "o099" {
  value = file("text.txt")
}

output "o100" {
  value = templatefile("template.tftpl", {names = ["x", "y"], who = "me"})
}

output "o101" {
  value = templatefile("${path.module}/template.tftpl", {names = [], who = jsonencode({a = 1})})
}

output "o102" {
  value = path.root
}

output "o103" {
  value = {a = 1, b = 2}[true ? "a" : "b"]
}

output "o104" {
  value = [for s in [{x = ["a"]}, {x = ["b", "c"]}] : [for y in s.x : "${y}!"]]
}

output "o105" {
  value = (1 + 2) * 3
}

output "o106" {
  value = !(1 == 2) || false
}

output "o107" {
  value = length(compact([null, ""])) > 0 ? "some" : "none"
}

output "o108" {
  value = "${join(", ", [for a in ["x", "y"] : "\"${a}\""])}"
}

output "o109" {
  value = format("%s", jsonencode({a = "b"}))
}

output "o110" {
  value = merge([{a = 1}, {b = 2}]...)
}

output "o111" {
  value = toset([for x in ["b", "a"] : x])
}

output "o112" {
  value = {for k in ["a", "b"] : k => {n = k} if k != "b"}
}

output "o113" {
  value = sha512("a")
}

output "o114" {
  value = 1 + 2 == 3 ? "a" : "b"
}

output "o115" {
  value = [!true || true, -(-1), 2 * -3, 1 - 2 - 3, 8 / 2 / 2, true && false || true, (1 < 2) == true]
}

output "o116" {
  value = "a" == "a" && "b" != "c"
}

output "o117" {
  value = [2 + 3 * 4 - 1, (2 + 3) * 4, 10 - 4 % 3, 7 % 4 * 2]
}

output "o118" {
  value = false ? 1 : true ? 2 : 3
}

output "o119" {
  value = [for x in [1, 2, 3] : x if x % 2 == 1]
}

output "o120" {
  value = { "a" : 1, b : 2, }
}

output "o121" {
  value = ["# no comment", "// nor this", "/* nor this */", "100%", "$", "$$", "%%", "a$b%c"]
}

output "o122" {
  value = [for k, v in { b = 1, A = 2, a = 3, _c = 4 } : k]
}

output "o123" {
  value = keys({ b = 1, A = 2, _x = 3 })
}

output "o124" {
  value = sort(["b", "A", "a", "_", "10", "9"])
}

output "o125" {
  value = [format("%s", 1.5), format("%d", "12"), format("%5d|%-5d|", 1, 2), format("%%")]
}

output "o126" {
  value = format("%s%s", "a", 1)
}

output "o127" {
  value = coalesce(null, "", 3)
}

output "o128" {
  value = [distinct([1, "1"]), distinct([true, "true"])]
}

output "o129" {
  value = [contains([1, 2], 1), contains(["1"], 1)]
}

output "o130" {
  value = [toset([1, 2, 10]), tolist(toset(["10", "9", "1"])), toset(["b", "B", "a", "_"])]
}

output "o131" {
  value = [element(["a", "b"], 0), element(["a", "b"], 3)]
}

output "o132" {
  value = jsonencode([1.0, 0.1, 100, -5, 12345678901234567890, 0.000001])
}

output "o133" {
  value = ["${1.0}", "${0.1 + 0.2}", "${100000000000000000000}", "${-1.50}"]
}

output "o134" {
  value = ["a", "b"]["1"]
}

output "o135" {
  value = [null == "", {} == {}, [] == [], "" == "", 1 == 1.0]
}

output "o136" {
  value = flatten([toset(["b", "a"]), ["c"]])
}

output "o137" {
  value = true ? [{ a = 1 }] : []
}

output "o138" {
  value = false ? [{ a = 1 }] : []
}

output "o139" {
  value = true ? { a = [1] } : { a = ["x"] }
}

output "o140" {
  value = [true ? null : "a", true ? "a" : null, false ? [] : null]
}

output "o141" {
  value = true ? tolist(["a"]) : [1]
}

output "o142" {
  value = true ? [1, true] : ["a"]
}

output "o143" {
  value = true ? [{ Sid = "a", Action = ["x"], Condition = { Bool = { "aws:x" = true } } }] : []
}

output "o144" {
  value = true ? { a = 1, b = ["x"] } : { a = 2, b = [] }
}

output "o145" {
  value = false ? { a = 1 } : {}
}

output "o146" {
  value = lookup({ a = 1 }, "b", "x")
}

output "o147" {
  value = concat([1], ["a"], [true])
}

output "o148" {
  value = [for o in [{ a = 1 }, { a = "x" }] : o.a]
}

output "o149" {
  value = values({ a = 1, b = "x" })
}

output "o150" {
  value = [length(""), startswith("", ""), endswith("abc", "")]
}

output "o151" {
  value = regexall("(\\w)(\\d)", "a1b2")
}

output "o152" {
  value = [one(toset(["a"])), range(0), slice([1, 2], 0, 0), reverse([])]
}

output "o153" {
  value = try([for a in ["x"] : a.b][0], "failed")
}

output "o154" {
  value = try(tolist({}), "failed")
}

output "o155" {
  value = [can("x"), can(null.a), can([1][1])]
}

output "o156" {
  value = [for pair in setproduct(["a", "b"], [1, 2]) : "${pair[0]}${pair[1]}"]
}

output "o157" {
  value = merge({ a = { b = 1 } }, { a = { c = 2 } })
}

output "o158" {
  value = merge({}, {})
}

output "o159" {
  value = { for k, v in merge({ a = 1 }, { b = 2 }) : k => v if k != "a" }
}

output "o160" {
  value = tolist([1, 2])
}

output "o161" {
  value = { for item in [{ n = "a", v = 1 }, { n = "b", v = 2 }] : item.n => item... }
}

output "o162" {
  value = [for list in [[1, 2], [3]] : length(list)]
}

output "o163" {
  value = replace("aaa", "aa", "b")
}

output "o164" {
  value = replace("a/b/c", "/", "-")
}

output "o165" {
  value = replace("abc", "/(?i)B/", "x")
}

output "o166" {
  value = replace("a1b22", "/[0-9]+$/", "")
}

output "o167" {
  value = replace("line1\nline2", "/line/", "L")
}

output "o168" {
  value = replace("abc", "", "-")
}

output "o169" {
  value = regex("^arn:aws:([a-z0-9]+):([^:]*):(\\d*):(.*)$", "arn:aws:kms:eu-west-1:123456789012:key/x")
}

output "o170" {
  value = [trim("  a ", " "), trimprefix("aab", "a"), trimsuffix("baa", "a"), trim("abc", "")]
}

output "o171" {
  value = [title("ab_cd e.f"), title("éa ñb"), upper("é"), lower("ÀB")]
}

output "o172" {
  value = split("", "abc")
}

output "o173" {
  value = [substr("abc", 0, 0), substr("abc", 1, 100), substr("abc", -2, 1), substr("", 0, 1)]
}

output "o174" {
  value = [join("", []), join(",", [null == null])]
}

output "o175" {
  value = [max(1), min(1.5, 2), abs(-1.5), sum([0.1, 0.2])]
}

output "o176" {
  value = [base64encode("é"), urlencode("a+b"), md5("é")]
}

output "o177" {
  value = chunklist([], 2)
}

output "o178" {
  value = [coalescelist([], [], ["x"]), compact([])]
}

output "o179" {
  value = jsondecode(jsonencode({ a = [1, "x", null, true, { b = [] }] }))
}

output "o180" {
  value = jsonencode(toset(["b", "a"]))
}

output "o181" {
  value = jsonencode({ for k in ["b", "a"] : k => upper(k) })
}

output "o182" {
  value = jsonencode("\u2028\u0001\u0008\u000c\u007f/")
}

output "o183" {
  value = templatestring(local.template, { who = "me", items = ["a", "b"] })
}

output "o184" {
  value = local.nested.list[1].name
}

output "o185" {
  value = local.nested["list"][*].name
}

output "o186" {
  value = try(local.nested.missing.deep, "default")
}

output "o187" {
  value = [for name, entry in local.entries : { name = name, all = concat(entry.actions, ["x"]) } if length(entry.actions) > 0]
}

output "o188" {
  value = flatten([for name, entry in local.entries : [for action in entry.actions : "${name}:${action}"]])
}

output "o189" {
  value = { for name, entry in local.entries : name => { for action in entry.actions : action => true } }
}

output "o190" {
  value = zipmap(keys(local.entries), values(local.entries)[*].actions)
}

output "o191" {
  value = local.entries[keys(local.entries)[0]].actions
}

output "o192" {
  value = lookup(local.entries, "none", null) == null
}

output "o193" {
  value = alltrue([for entry in local.entries : length(entry.actions) < 5])
}

output "o194" {
  value = templatefile("crlf.tftpl", { x = true })
}

output "o195" {
  value = templatefile("policy.tftpl", { statements = [{ a = "kms:*", r = ["x", "y"] }, { a = "s3:*", r = [] }] })
}

output "o196" {
  value = formatlist("%s:%s", ["a", "b"], ["1", "2"])
}

output "o197" {
  value = formatlist("%s", toset(["b", "a"]))
}

output "o198" {
  value = transpose({})
}

output "o199" {
  value = index([1, 2], 2)
}

output "o200" {
  value = "${"${"deep"}"}er"
}

output "o201" {
  value = "a\tb\\n"
}

output "o202" {
  value = (true ? "x" : "y") == "x" ? upper("q") : "z"
}

output "o203" {
  value = [basename("a/b.json"), basename("a/"), basename("b"), basename(""), dirname("a/b/c"), dirname("a"), dirname("a/b/")]
}

output "heredoc" {
  value = <<-EOT
    hello
      there
    %{ for i in ["x", "y"] ~}
    q ${i}
    %{ endfor ~}
    %{ if true }yes%{ else }no%{ endif }
      ${jsonencode({ a = ["<&>"] })} $${x} \n

  last # no comment
  EOT
}

output "heredoc_plain" {
  value = <<EOT
  a
    b ${~ "c" ~} d
%{~ if false }
  e
%{ endif ~}
  f
EOT
}

output "heredoc_blank" {
  value = <<-EOT

      a

    b
  EOT
}

output "heredoc_interpolation_first" {
  value = <<-EOT
    ${"x"} a
      b
  EOT
}

locals {
  template = "hi $${who}:%%{ for item in items } $${item}%%{ endfor }"
  nested   = { list = [{ name = "a" }, { name = "b" }] }
  entries = {
    beta  = { actions = ["r", "w"] } # a comment with $${x}
    alpha = { actions = [] }         // another
    /* and
       another */
    gamma = {
      actions = [
        "d", # trailing comma
      ]
    }
  }
}

output "heredoc_comment" {
  value = <<EOT
# not a comment $${"x"}
// nor this
/* nor ${"this"} */
"quotes" \ \n
EOT
}

output "heredoc_nested" {
  value = jsonencode({
    a = <<-EOT
      x
        y ${join(",", ["1", "2"])}
    EOT
    b = "c"
  })
}
