// An identity provider on a free port of the loopback interface, for tests. It prints its address, which is its name.
//
// Everybody has an account: whoever signs in as camille.town+police is that subject, of the groups "town" and "police",
// whatever the password. Clients register themselves at /reg. An access token that is asked for with resource
// is a JWT for that audience, which has the groups as well.
import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import Provider from 'oidc-provider'

console.info = console.warn // the address alone goes to the standard output

const groupsOf = (id) => (id.split('.')[1] ?? '').split('+').filter((group) => group !== '')

const signingKey = (type, options, alg) => ({
  ...generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' }), alg, use: 'sig', kid: alg,
})

const configuration = {
  jwks: {
    keys: [
      signingKey('rsa', { modulusLength: 2048 }, 'RS256'),
      signingKey('ec', { namedCurve: 'P-256' }, 'ES256'),
      signingKey('ed25519', undefined, 'EdDSA'),
    ],
  },
  cookies: { keys: [crypto.randomUUID()] },
  claims: { openid: ['sub'], profile: ['name'], groups: ['groups'] },
  scopes: ['openid', 'profile', 'groups'],
  conformIdTokenClaims: false, // the groups are in the token itself
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, name: `Prénom ${id.split('.')[0]}`, groups: groupsOf(id) }),
  }),
  extraTokenClaims: (_, token) => (token.accountId ? { groups: groupsOf(token.accountId) } : undefined),
  clientBasedCORS: () => false,
  pkce: { required: () => true },
  ttl: { AccessToken: 600, IdToken: 600, Grant: 3600, Interaction: 600, Session: 3600, AuthorizationCode: 60 },
  features: {
    devInteractions: { enabled: true }, // its own forms, which take any name and password
    registration: { enabled: true },
    rpInitiatedLogout: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_, resource) => ({
        scope: 'openid profile groups', audience: resource, accessTokenFormat: 'jwt', accessTokenTTL: 600,
        jwt: { sign: { alg: new URL(resource).searchParams.get('alg') ?? 'RS256' } },
      }),
    },
  },
}

const server = createServer()
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`
  server.on('request', new Provider(issuer, configuration).callback())
  console.log(issuer)
})
