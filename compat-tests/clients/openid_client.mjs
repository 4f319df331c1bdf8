// openid-client 6: discovery, PKCE, state, nonce; signatures are checked by enableNonRepudiationChecks.
import * as client from 'openid-client'
import { CALLBACK, SCOPE, provider, run, visit } from './common.mjs'

async function logIn(kind) {
  const execute = [client.allowInsecureRequests, client.enableNonRepudiationChecks]
  const config = await client.discovery(provider.issuer, provider.clientId, provider.secret, undefined, { execute })
  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  const expected = { pkceCodeVerifier, expectedState: client.randomState(), expectedNonce: client.randomNonce() }
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope: SCOPE,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expected.expectedState,
    nonce: expected.expectedNonce,
  })
  const tokens = await client.authorizationCodeGrant(config, await visit(url, kind), expected)
  const claims = tokens.claims()
  const user = await client.fetchUserInfo(config, tokens.access_token, claims.sub)
  const fresh = await client.refreshTokenGrant(config, tokens.refresh_token)
  return `${fresh.claims().sub} ${user.email}`
}

await run(logIn)
