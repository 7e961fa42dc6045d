/** Fails when a key or a placeholder is missing in one language, a text is empty, or a key is not used. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const source = new URL("../src/", import.meta.url).pathname;
const languages = ["nl", "en"];

function flatten(tree, prefix = "") {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "string" ? [[prefix + key, value]] : flatten(value, `${prefix}${key}.`),
  );
}

function read(language) {
  return new Map(flatten(JSON.parse(readFileSync(join(source, "i18n", `${language}.json`), "utf8"))));
}

const texts = Object.fromEntries(languages.map((language) => [language, read(language)]));
const placeholders = (text) => [...text.matchAll(/{{\s*(\w+)\s*}}/g)].map((match) => match[1]).sort().join();
const problems = [];

for (const language of languages) {
  for (const [key, text] of texts[language]) {
    if (text.trim() === "") problems.push(`${language}.json: ${key} is empty`);
    for (const other of languages.filter((name) => name !== language)) {
      const translated = texts[other].get(key);
      if (translated === undefined) problems.push(`${other}.json: ${key} is missing`);
      else if (language === languages[0] && placeholders(text) !== placeholders(translated))
        problems.push(`${other}.json: ${key} has other placeholders than ${language}.json`);
    }
  }
}

const code = readdirSync(source, { recursive: true })
  .filter((name) => /\.tsx?$/.test(name) && !/\.(test|d)\.ts$/.test(name))
  .map((name) => readFileSync(join(source, name), "utf8"))
  .join("\n");
const dynamic = [...code.matchAll(/`([a-zA-Z.]+\.)\$\{/g)].map((match) => match[1]);

for (const key of texts[languages[0]].keys()) {
  const name = key.replace(/_(zero|one|two|few|many|other)$/, "");
  const used = code.includes(`"${name}"`) || dynamic.some((prefix) => name.startsWith(prefix));
  if (!used) problems.push(`${key} is not used`);
}

for (const problem of problems) console.error(problem);
console.log(`${texts.nl.size} keys, ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
