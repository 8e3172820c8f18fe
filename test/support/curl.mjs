// As much of curl as the README uses, for machines that have none: curl -s URL [-H header]… -d body
const [headers, rest] = [{}, []];
let body;
for (let index = 2; index < process.argv.length; index += 1) {
  const argument = process.argv[index];
  if (argument === "-s") continue;
  if (argument === "-H") {
    const [name, ...value] = process.argv[++index].split(":");
    headers[name.trim()] = value.join(":").trim();
  } else if (argument === "-d") body = process.argv[++index];
  else rest.push(argument);
}
const response = await fetch(rest[0], { method: body === undefined ? "GET" : "POST", headers, body });
process.stdout.write(await response.text());
