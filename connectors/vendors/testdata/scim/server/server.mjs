// A SCIM 2.0 server on loopback, in memory: users and groups by SCIMMY, which
// implements RFC 7643 and 7644. It says where it listens in one line of JSON,
// and ends with its input.
import express from 'express';
import SCIMMY from 'scimmy';
import SCIMMYRouters from 'scimmy-routers';

// serve keeps the records of one kind; one value of theirs is unique.
function serve(Resource, unique) {
  const records = new Map();
  let last = 0;
  SCIMMY.Resources.declare(Resource, {
    ingress: (resource, instance) => {
      const id = resource.id ?? String(++last);
      if (resource.id && !records.has(id)) throw new SCIMMY.Types.Error(404, null, `Resource ${id} not found`);
      for (const [other, r] of records) {
        if (other !== id && r[unique].toLowerCase() === instance[unique].toLowerCase()) {
          throw new SCIMMY.Types.Error(409, 'uniqueness', `${unique} is taken`);
        }
      }
      const now = new Date().toISOString();
      const { schemas, meta, ...values } = JSON.parse(JSON.stringify(instance));
      records.set(id, { ...values, id, meta: { created: records.get(id)?.meta.created ?? now, lastModified: now } });
      return records.get(id);
    },
    egress: (resource) => {
      if (!resource.id) return resource.filter ? resource.filter.match([...records.values()]) : [...records.values()];
      if (!records.has(resource.id)) throw new SCIMMY.Types.Error(404, null, `Resource ${resource.id} not found`);
      return records.get(resource.id);
    },
    degress: (resource) => {
      if (!records.delete(resource.id)) throw new SCIMMY.Types.Error(404, null, `Resource ${resource.id} not found`);
    },
  });
}

SCIMMY.Resources.User.extend(SCIMMY.Schemas.EnterpriseUser, false);
serve(SCIMMY.Resources.User, 'userName');
serve(SCIMMY.Resources.Group, 'displayName');

const app = express();
app.use('/scim/v2', new SCIMMYRouters({
  type: 'bearer',
  handler: (request) => {
    if (request.header('Authorization') !== 'Bearer t0ken') throw new Error('the token is not good');
    return 'somebody';
  },
}));
const server = app.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}/scim/v2` }));
});
process.stdin.resume().on('end', () => process.exit(0));
