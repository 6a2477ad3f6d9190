/** Which workspace a request is about, by name; without it the token's own, or the first that the user belongs to. */
export const WORKSPACE_HEADER = 'DataHub-Workspace'

/** The same where no header can be sent: the stream of changes, which a browser opens by its address alone. */
export const WORKSPACE_PARAMETER = 'workspace'

/** What a workspace may be called. */
export const WORKSPACE_NAME = /^[a-z][a-z0-9-]{0,62}$/
