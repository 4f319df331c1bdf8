// oauth4webapi 3, step by step as its own example does it.
import * as oauth from 'oauth4webapi'
import { CALLBACK, SCOPE, provider, run, visit } from './common.mjs'

const insecure = { [oauth.allowInsecureRequests]: true }

async function logIn(kind) {
  const found = await oauth.discoveryRequest(provider.issuer, insecure)
  const server = await oauth.processDiscoveryResponse(provider.issuer, found)
  const client = { client_id: provider.clientId }
  const verifier = oauth.generateRandomCodeVerifier()
  const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()]
  const url = new URL(server.authorization_endpoint)
  const parameters = {
    client_id: client.client_id,
    redirect_uri: CALLBACK,
    response_type: 'code',
    scope: SCOPE,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  const callback = oauth.validateAuthResponse(server, client, await visit(url, kind), state)
  const authentication = oauth.ClientSecretBasic(provider.secret)
  const answer = await oauth.authorizationCodeGrantRequest(
    server, client, authentication, callback, CALLBACK, verifier, insecure,
  )
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, answer, {
    expectedNonce: nonce,
    requireIdToken: true,
  })
  await oauth.validateApplicationLevelSignature(server, answer, insecure)
  const claims = oauth.getValidatedIdTokenClaims(tokens)
  const asked = await oauth.userInfoRequest(server, client, tokens.access_token, insecure)
  const user = await oauth.processUserInfoResponse(server, client, claims.sub, asked)
  return `${claims.sub} ${user.email}`
}

await run(logIn)
