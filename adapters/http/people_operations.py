"""The operations of what people are to each other, a part of the one table of operations."""

from __future__ import annotations

from domain import errors

from .operation import Operation, Tag
from .schemas.base import ListQuery
from .schemas.payment_methods import PAYMENT_METHOD_PAGE, SavedPaymentMethodBodySchema, SavedPaymentMethodSchema
from .schemas.people import FEEDBACK_PAGE, PROFILE_PAGE, PublicRecordSchema
from .views import payment_methods, people

# Laid out by hand, so that the table can be read as one.
# fmt: off
PEOPLE = (
    Operation(
        "trader", Tag.PEOPLE, "GET", "/p2p/trader/{trader_id}/", people.trader, "A trader as others see them",
        entity=PublicRecordSchema(), refusals=(errors.TraderNotFound,),
    ),
    Operation(
        "feedback_about", Tag.PEOPLE, "GET", "/p2p/trader/feedback/{trader_id}/", people.feedback,
        "What was said of a trader", query=ListQuery(), entity=FEEDBACK_PAGE, refusals=(errors.TraderNotFound,),
    ),
    Operation(
        "blocks", Tag.PEOPLE, "GET", "/p2p/block/", people.blocked, "Whom one has blocked",
        query=ListQuery(), entity=PROFILE_PAGE,
    ),
    Operation(
        "block", Tag.PEOPLE, "POST", "/p2p/block/{trader_id}/", people.block, "Keep a trader away",
        takes_key=True, message="Trader blocked successfully",
        refusals=(errors.BlockingOneself, errors.TraderNotFound, errors.TooManyBlocks),
    ),
    Operation(
        "unblock", Tag.PEOPLE, "DELETE", "/p2p/block/{trader_id}/", people.unblock, "Let a trader be again",
        message="Trader unblocked successfully", refusals=(errors.TraderNotFound,),
    ),
    Operation(
        "payment_methods", Tag.PEOPLE, "GET", "/p2p/payment-method/", payment_methods.saved,
        "The payment methods that one has saved", query=ListQuery(), entity=PAYMENT_METHOD_PAGE,
    ),
    Operation(
        "save_payment_method", Tag.PEOPLE, "POST", "/p2p/payment-method/", payment_methods.save,
        "Save a payment method", takes_key=True, body=SavedPaymentMethodBodySchema(), entity=SavedPaymentMethodSchema(),
        message="Payment method saved successfully", refusals=(errors.InvalidFields, errors.TooManyPaymentMethods),
    ),
    Operation(
        "edit_payment_method", Tag.PEOPLE, "POST", "/p2p/payment-method/edit/{method_id}/", payment_methods.edit,
        "Change a saved payment method", takes_key=True, body=SavedPaymentMethodBodySchema(),
        entity=SavedPaymentMethodSchema(), message="Payment method updated successfully",
        refusals=(errors.InvalidFields, errors.PaymentMethodNotFound),
    ),
    Operation(
        "delete_payment_method", Tag.PEOPLE, "DELETE", "/p2p/payment-method/{method_id}/", payment_methods.delete,
        "Forget a saved payment method", message="Payment method deleted successfully",
        refusals=(errors.PaymentMethodNotFound,),
    ),
)
# fmt: on
