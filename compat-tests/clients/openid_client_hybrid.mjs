// openid-client 6, response type `code id_token`: the ID token of the redirect vouches for the code.
import * as client from 'openid-client'
import { CALLBACK, SCOPE, provider, run, visit } from './common.mjs'

async function logIn(kind) {
  const execute = [client.allowInsecureRequests, client.enableNonRepudiationChecks, client.useCodeIdTokenResponseType]
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
  if (url.searchParams.get('response_type') !== 'code id_token') throw new Error('not the hybrid flow')
  const tokens = await client.authorizationCodeGrant(config, await visit(url, kind), expected)
  const claims = tokens.claims()
  const user = await client.fetchUserInfo(config, tokens.access_token, claims.sub)
  return `${claims.sub} ${user.email}`
}

await run(logIn)
