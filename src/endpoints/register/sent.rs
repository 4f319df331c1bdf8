//! An answer that already is a response, with the browser's cookies, documented as `A`.

use std::marker::PhantomData;

use poem::{IntoResponse, Response};
use poem_openapi::ApiResponse;
use poem_openapi::registry::{MetaResponses, Registry};

pub struct Sent<A> {
    response: Response,
    documented_as: PhantomData<A>,
}

impl<A> Sent<A> {
    pub fn new(response: Response) -> Sent<A> {
        Sent { response, documented_as: PhantomData }
    }
}

impl<A: Send> IntoResponse for Sent<A> {
    fn into_response(self) -> Response {
        self.response
    }
}

impl<A: ApiResponse> ApiResponse for Sent<A> {
    fn meta() -> MetaResponses {
        A::meta()
    }

    fn register(registry: &mut Registry) {
        A::register(registry);
    }
}
