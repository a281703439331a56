// An OAuth 2 server on loopback whose tokens hold for some seconds, with an
// API behind it: GET /api answers 200 to a good token and 401 to any other.
// It says where it listens, and the refresh token of a consent that it gave
// itself, in one line of JSON.
import Provider, { errors } from 'oidc-provider';
import { createPublicKey, verify } from 'node:crypto';
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';

const life = Number(process.argv[3]);
const assertionKey = createPublicKey(readFileSync(process.argv[2]));
const server = createServer();
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const issuer = `http://127.0.0.1:${server.address().port}`;
const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

const provider = new Provider(issuer, {
  clients: [
    { client_id: 'form', client_secret: 'form-secret/+ &', grant_types: ['client_credentials', 'refresh_token', 'authorization_code'], redirect_uris: ['https://app.example.com/'], token_endpoint_auth_method: 'client_secret_post' },
    { client_id: 'basic', client_secret: 'basic-secret/+ &', grant_types: ['client_credentials'], redirect_uris: [], response_types: [], token_endpoint_auth_method: 'client_secret_basic' },
    { client_id: 'signer', grant_types: [jwtBearer], redirect_uris: [], response_types: [], token_endpoint_auth_method: 'none' },
  ],
  features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
  scopes: ['openid', 'offline_access', 'people'],
  ttl: { AccessToken: life, ClientCredentials: life, RefreshToken: 3600, Grant: 3600 },
  rotateRefreshToken: true,
  findAccount: (_, id) => ({ accountId: id, claims: async () => ({ sub: id }) }),
});

// RFC 7523: the signature, the audience and the times of an assertion.
provider.registerGrantType(jwtBearer, async (ctx, next) => {
  const [header, claims, signature] = ctx.oidc.params.assertion.split('.');
  const say = JSON.parse(Buffer.from(claims, 'base64url'));
  const now = Date.now() / 1000;
  const alg = JSON.parse(Buffer.from(header, 'base64url')).alg;
  const signed = verify('sha256', Buffer.from(`${header}.${claims}`), { key: assertionKey, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
  if (!signed || alg !== 'ES256' || say.aud !== `${issuer}/token` || say.iss !== 'signer' || say.exp < now || say.iat > now + 5) {
    throw new errors.InvalidGrant('the assertion is not good');
  }
  const token = new provider.ClientCredentials({ client: ctx.oidc.client });
  ctx.body = { access_token: await token.save(), expires_in: token.expiration, token_type: 'Bearer' };
  await next();
}, ['assertion']);

provider.use(async (ctx, next) => {
  if (ctx.path !== '/api') return next();
  const value = (ctx.get('authorization').match(/^Bearer (.+)$/) || [])[1] || '';
  const token = await provider.AccessToken.find(value) || await provider.ClientCredentials.find(value);
  ctx.status = token && !token.isExpired ? 200 : 401;
  ctx.body = {};
});

const client = await provider.Client.find('form');
const grant = new provider.Grant({ clientId: 'form', accountId: 'ada' });
grant.addOIDCScope('openid offline_access people');
const grantId = await grant.save();
const refresh = await new provider.RefreshToken({ client, accountId: 'ada', grantId, gty: 'authorization_code', scope: 'openid offline_access people', claims: {}, authTime: Math.floor(Date.now() / 1000) }).save();

server.on('request', provider.callback());
console.log(JSON.stringify({ issuer, refresh }));
process.stdin.on('end', () => process.exit(0)).resume();
