const express = require("express");
const client = require("prom-client");

client.collectDefaultMetrics();
const app = express();
app.get("/metrics", async (_, res) => res.send(await client.register.metrics()));
app.listen(3000);
