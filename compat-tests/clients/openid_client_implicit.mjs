// openid-client 6, response type `id_token`: there is nothing but the ID token of the redirect.
import * as client from 'openid-client'
import { CALLBACK, SCOPE, provider, run, visit } from './common.mjs'

async function logIn(kind) {
  const execute = [client.allowInsecureRequests, client.useIdTokenResponseType]
  const config = await client.discovery(provider.issuer, provider.clientId, undefined, client.None(), { execute })
  const [expectedState, nonce] = [client.randomState(), client.randomNonce()]
  const url = client.buildAuthorizationUrl(config, { redirect_uri: CALLBACK, scope: SCOPE, state: expectedState, nonce })
  if (url.searchParams.get('response_type') !== 'id_token') throw new Error('not the implicit flow')
  const claims = await client.implicitAuthentication(config, await visit(url, kind), nonce, { expectedState })
  return `${claims.sub} ${claims.email}`
}

await run(logIn)
