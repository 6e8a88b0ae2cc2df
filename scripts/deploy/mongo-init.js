// Makes the replica set, its administrator and the user of Vigie; what is there already stays, but for the password of
// Vigie's user, which becomes that of the secret. mongosh runs it on the machine of the first server.
const fs = require("fs");
const secret = (name) => fs.readFileSync(`/run/secrets/${name}`, "utf8").trim();
const root = secret("mongo_root_password");
const first = connect("mongodb://127.0.0.1:27017/admin?directConnection=true");

if (!first.hello().setName) {
	const members = [1, 2, 3].map((n) => ({ _id: n, host: `mongo${n}:27017`, priority: n === 1 ? 2 : 1 }));
	first.adminCommand({ replSetInitiate: { _id: "vigie", members } });
}

let known = true;
try {
	first.auth("root", root);
} catch (refused) {
	known = false; // there is no such user yet
}
if (!known) {
	for (let i = 0; i < 300 && !first.hello().isWritablePrimary; i++) sleep(200);
	first.createUser({ user: "root", pwd: root, roles: ["root"] });
}

const address = `mongodb://root:${encodeURIComponent(root)}@mongo1,mongo2,mongo3/admin?replicaSet=vigie&w=majority`;
const vigie = connect(address).getSiblingDB("vigie");
const pwd = secret("mongo_vigie_password");
if (vigie.getUser("vigie")) {
	vigie.updateUser("vigie", { pwd });
} else {
	// dbAdmin for the validators of the collections, readWrite for the rest.
	vigie.createUser({ user: "vigie", pwd, roles: ["readWrite", "dbAdmin"] });
}
print("the replica set and its users are there");
