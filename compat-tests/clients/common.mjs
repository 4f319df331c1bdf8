// What the client programs share; see common.py.
export const CALLBACK = 'https://client.example/cb'
export const SCOPE = 'openid email'

const [base, session, clientId, secret, ...kinds] = process.argv.slice(2)
export const provider = { base, issuer: new URL(base + '/o'), clientId, secret }

export async function visit(url, kind) {
  const answer = await fetch(url, { headers: { cookie: `sessionid=${session}` }, redirect: 'manual' })
  const location = answer.headers.get('location') ?? ''
  if (!location.startsWith(CALLBACK)) throw new Error(`${answer.status} ${location}`)
  return new URL(kind === 'state' ? location.replace('state=', 'state=x') : location)
}

export async function run(logIn) {
  const results = {}
  for (const kind of kinds) {
    const tampered = ['good', 'state'].includes(kind) ? '' : kind
    await fetch(`${base}/tamper/${tampered}`, { method: 'POST' })
    try {
      results[kind] = 'ok ' + (await logIn(kind))
    } catch (error) {
      results[kind] = `refused ${error.name}: ${error.message} ${error.cause?.message ?? ''}`.slice(0, 300)
    }
  }
  console.log(JSON.stringify(results))
}
